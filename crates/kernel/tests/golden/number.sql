-- closed_share: 分级 是 重大，且 发现日期 不早于 2021-01-01，且 发现日期 不晚于 2021-09-30
SELECT COUNT(*) FILTER (WHERE "t"."state" = 'closed'), COUNT(*) FROM "hazard" AS "t" WHERE "t"."level" = 'major' AND ("t"."found_on" >= '2021-01-01' AND "t"."found_on" <= '2021-09-30')
-- by town
SELECT "j1"."parent", "j2"."name", COUNT(*) FILTER (WHERE "t"."state" = 'closed'), COUNT(*) FROM "hazard" AS "t" LEFT JOIN "unit" AS "j1" ON "j1"."id" = "t"."school" LEFT JOIN "unit" AS "j2" ON "j2"."id" = "j1"."parent" WHERE "t"."level" = 'major' AND ("t"."found_on" >= '2021-01-01' AND "t"."found_on" <= '2021-09-30') GROUP BY "j1"."parent", "j2"."name" ORDER BY "j1"."parent" ASC
-- by level
SELECT "t"."level", "t"."level", COUNT(*) FILTER (WHERE "t"."state" = 'closed'), COUNT(*) FROM "hazard" AS "t" WHERE "t"."level" = 'major' AND ("t"."found_on" >= '2021-01-01' AND "t"."found_on" <= '2021-09-30') GROUP BY "t"."level", "t"."level" ORDER BY "t"."level" ASC
-- cost_spent: 整改日期 不早于 2021-01-01，且 整改日期 不晚于 2021-09-30
SELECT CAST(COALESCE(SUM("t"."cost"), 0) AS bigint), CAST(NULL AS bigint) FROM "hazard" AS "t" WHERE "t"."fixed_on" >= '2021-01-01' AND "t"."fixed_on" <= '2021-09-30'
-- curve Counted
SELECT "t"."fixed_on", CAST(COALESCE(SUM("t"."cost"), 0) AS bigint) FROM "hazard" AS "t" WHERE (TRUE) AND "t"."fixed_on" IS NOT NULL GROUP BY "t"."fixed_on" ORDER BY "t"."fixed_on" ASC
-- curve Due
SELECT COALESCE("t"."found_on", "t"."fixed_on"), CAST(COALESCE(SUM("t"."cost"), 0) AS bigint) FROM "hazard" AS "t" WHERE (TRUE) AND COALESCE("t"."found_on", "t"."fixed_on") IS NOT NULL GROUP BY COALESCE("t"."found_on", "t"."fixed_on") ORDER BY COALESCE("t"."found_on", "t"."fixed_on") ASC
-- curve Expected
SELECT COALESCE("t"."fixed_on", "t"."found_on"), CAST(COALESCE(SUM("t"."cost"), 0) AS bigint) FROM "hazard" AS "t" WHERE (TRUE) AND COALESCE("t"."fixed_on", "t"."found_on") IS NOT NULL GROUP BY COALESCE("t"."fixed_on", "t"."found_on") ORDER BY COALESCE("t"."fixed_on", "t"."found_on") ASC
