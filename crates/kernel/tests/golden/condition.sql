-- level = ["major", "general"]
-- 分级 是 重大、一般
-- Level is Major or General
SELECT "t"."id" FROM "hazard" AS "t" WHERE "t"."level" IN ('major', 'general')
-- fixed_on = { "<" = { field = "found_on", plus = "1 month" } }
-- 整改日期 早于 发现日期 + 1 个月
-- Fixed on before Found on + 1 months
SELECT "t"."id" FROM "hazard" AS "t" WHERE "t"."fixed_on" < luoshi_plus("t"."found_on", 1, 0)
-- cost = { ">" = { field = "cost", times = "1/2", plus = 100 } }
-- 资金 大于 资金 × 1/2 + 100.00
-- Cost above Cost × 1/2 + 100.00
SELECT "t"."id" FROM "hazard" AS "t" WHERE "t"."cost" * 2 > ("t"."cost" * 1) + 20000
-- found_on = { ">=" = { period = "start" }, "<=" = { today = true } }
-- 发现日期 不晚于 2021-09-30，且 发现日期 不早于 2021-01-01
-- Found on not after 2021-09-30, and Found on not before 2021-01-01
SELECT "t"."id" FROM "hazard" AS "t" WHERE "t"."found_on" <= '2021-09-30' AND "t"."found_on" >= '2021-01-01'
-- place = { contains = "食堂" }
-- 部位 含 “食堂”
-- Place contains “食堂”
SELECT "t"."id" FROM "hazard" AS "t" WHERE luoshi_contains("t"."place", '食堂')
-- any = [{ state = "open" }, { not = { level = "general" } }]
-- （状态 是 整改中 或 不是：分级 是 一般）
-- (State is Open or not: Level is General)
SELECT "t"."id" FROM "hazard" AS "t" WHERE "t"."state" = 'open' OR (NOT "t"."level" = 'general')
-- school = { in_unit = { me = "unit" } }
-- 学校 在 （空） 之内
-- School within (empty)
SELECT "t"."id" FROM "hazard" AS "t" WHERE NULL
-- "school.parent.name" = "江东街道"
-- 学校的上级单位的名称 是 江东街道
-- School · Parent · Name is 江东街道
SELECT "t"."id" FROM "hazard" AS "t" LEFT JOIN "unit" AS "j1" ON "j1"."id" = "t"."school" LEFT JOIN "unit" AS "j2" ON "j2"."id" = "j1"."parent" WHERE "j2"."name" = '江东街道'
-- found_on = { day = "workday" }
-- 发现日期 是 工作日
-- Found on is a working day
SELECT "t"."id" FROM "hazard" AS "t" WHERE (CASE WHEN (FALSE) THEN 1 = 2 OR (luoshi_weekday("t"."found_on") <= 5 AND (NOT (FALSE))) END)
