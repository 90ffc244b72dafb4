-- now
SELECT "t"."id", "t"."version", "t"."serial", "t"."state", "t"."owner", "t"."serial", "t"."place", "j1"."parent", "j2"."name", "t"."cost" FROM "hazard" AS "t" LEFT JOIN "unit" AS "j1" ON "j1"."id" = "t"."school" LEFT JOIN "unit" AS "j2" ON "j2"."id" = "j1"."parent" WHERE (TRUE) AND ("t"."level" = 'major' AND ("t"."fixed_on" IS NULL) = (TRUE)) ORDER BY "t"."found_on" DESC NULLS LAST, "t"."id" DESC LIMIT 25 OFFSET 25
-- as known at the end of 2021-06-30
SELECT "t"."id", "t"."version", "t"."serial", "t"."state", "t"."owner", "t"."serial", "t"."place", "j1"."parent", "j2"."name", "t"."cost" FROM "hazard_past" AS "t" LEFT JOIN "unit_past" AS "j1" ON "j1"."id" = "t"."school" AND ("j1"."since" <= 1625068799999999 AND "j1"."until" > 1625068799999999) LEFT JOIN "unit_past" AS "j2" ON "j2"."id" = "j1"."parent" AND ("j2"."since" <= 1625068799999999 AND "j2"."until" > 1625068799999999) WHERE "t"."since" <= 1625068799999999 AND "t"."until" > 1625068799999999 AND (TRUE) AND ("t"."level" = 'major' AND ("t"."fixed_on" IS NULL) = (TRUE)) ORDER BY "t"."found_on" DESC NULLS LAST, "t"."id" DESC LIMIT 25 OFFSET 25
-- ids
SELECT "t"."id" FROM "hazard" AS "t" WHERE (TRUE) AND ("t"."level" = 'major' AND ("t"."fixed_on" IS NULL) = (TRUE)) ORDER BY "t"."found_on" DESC NULLS LAST, "t"."id" DESC
-- totals
SELECT COUNT(*), CAST(COALESCE(SUM("t"."cost"), 0) AS bigint) FROM "hazard" AS "t" WHERE (TRUE) AND ("t"."level" = 'major' AND ("t"."fixed_on" IS NULL) = (TRUE))
