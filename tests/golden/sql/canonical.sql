-- view
select * from meters
-- canonical
SELECT * FROM "meters" AS "#0"

-- view
select * from meters where e > 2
-- canonical
SELECT * FROM "meters" AS "#0" WHERE "e" > 2

-- view
from meters where e is null
-- canonical
SELECT * FROM "meters" AS "#0" WHERE "e" IS NULL

-- view
select m.* exclude (ts), e * 2 as twice, twice + 1 as more from meters m where twice > 2
-- canonical
SELECT "#0".* EXCLUDE ("ts"), "e" * 2 AS "twice", "twice" + 1 AS "more" FROM "meters" AS "#0" WHERE "twice" > 2

-- view
select * replace (e + 1 as e) from meters
-- canonical
SELECT * REPLACE ("e" + 1 AS "e") FROM "meters" AS "#0"

-- view
select * rename (e as energy) from meters
-- canonical
SELECT * RENAME ("e" AS "energy") FROM "meters" AS "#0"

-- view
select device, ts::date as day, max(e) - min(e) as heat from meters group by all
-- canonical
SELECT "device", CAST("ts" AS DATE) AS "day", MAX("e") - MIN("e") AS "heat" FROM "meters" AS "#0" GROUP BY ALL

-- view
select device, count(*) as n from meters group by 1 having n > 2
-- canonical
SELECT "device", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY 1 HAVING "n" > 2

-- view
select upper(device) as d, sum(e) as s from meters group by d
-- canonical
SELECT UPPER("device") AS "d", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY "d"

-- view
select count(*) as n, sum(e) as s from meters where e > 2
-- canonical
SELECT COUNT(*) AS "n", SUM("e") AS "s" FROM "meters" AS "#0" WHERE "e" > 2

-- view
select sum(e) as s from meters group by device
-- canonical
SELECT SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY "device"

-- view
select distinct device from meters
-- canonical
SELECT DISTINCT "device" FROM "meters" AS "#0"

-- view
select distinct on (device) device, ts, e from meters order by device, ts desc
-- canonical
SELECT DISTINCT ON ("device") "device", "ts", "e" FROM "meters" AS "#0" ORDER BY "device", "ts" DESC

-- view
select m.device, m.e, w.t from meters m left join weather w on w.ts = m.ts
-- canonical
SELECT "#0"."device", "#0"."e", "#1"."t" FROM "meters" AS "#0" LEFT JOIN "weather" AS "#1" ON "#1"."ts" = "#0"."ts"

-- view
select * from meters natural join weather
-- canonical
SELECT * FROM "meters" AS "#0" NATURAL JOIN "weather" AS "#1"

-- view
select * from meters join weather using (ts)
-- canonical
SELECT * FROM "meters" AS "#0" JOIN "weather" AS "#1" USING ("ts")

-- view
select ts, device, t from meters full join weather using (ts)
-- canonical
SELECT "ts", "device", "t" FROM "meters" AS "#0" FULL JOIN "weather" AS "#1" USING ("ts")

-- view
select device, t from meters right join weather using (ts) where t > 3
-- canonical
SELECT "device", "t" FROM "meters" AS "#0" RIGHT JOIN "weather" AS "#1" USING ("ts") WHERE "t" > 3

-- view
select m.device, m.ts, w.t from meters m asof left join weather w on m.ts >= w.ts
-- canonical
SELECT "#0"."device", "#0"."ts", "#1"."t" FROM "meters" AS "#0" ASOF LEFT JOIN "weather" AS "#1" ON "#0"."ts" >= "#1"."ts"

-- view
select m.device, m.ts, w.t from meters m asof join weather w on m.ts >= w.ts
-- canonical
SELECT "#0"."device", "#0"."ts", "#1"."t" FROM "meters" AS "#0" ASOF JOIN "weather" AS "#1" ON "#0"."ts" >= "#1"."ts"

-- view
select * from meters semi join places using (device)
-- canonical
SELECT * FROM "meters" AS "#0" SEMI JOIN "places" AS "#1" USING ("device")

-- view
select device, e from meters m semi join weather w on w.ts = m.ts and t > 2
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" SEMI JOIN "weather" AS "#1" ON "#1"."ts" = "#0"."ts" AND "t" > 2

-- view
select * from meters anti join weather using (ts)
-- canonical
SELECT * FROM "meters" AS "#0" ANTI JOIN "weather" AS "#1" USING ("ts")

-- view
select a.device, b.device as other from meters a join meters b on a.ts = b.ts and a.device < b.device
-- canonical
SELECT "#0"."device", "#1"."device" AS "other" FROM "meters" AS "#0" JOIN "meters" AS "#1" ON "#0"."ts" = "#1"."ts" AND "#0"."device" < "#1"."device"

-- view
select device, ts from meters union select station, ts from weather
-- canonical
SELECT "device", "ts" FROM "meters" AS "#0" UNION SELECT "station", "ts" FROM "weather" AS "#1"

-- view
select device, ts from meters union all by name select ts, station as device, t from weather
-- canonical
SELECT "device", "ts" FROM "meters" AS "#0" UNION ALL BY NAME SELECT "ts", "station" AS "device", "t" FROM "weather" AS "#1"

-- view
select p.device, t from places p, (meters m join weather w on m.ts = w.ts) where m.device = p.device
-- canonical
SELECT "#0"."device", "t" FROM "places" AS "#0", ("meters" AS "#1" JOIN "weather" AS "#2" ON "#1"."ts" = "#2"."ts") WHERE "#1"."device" = "#0"."device"

-- view
select j.device, j.t from (meters m join weather w on m.ts = w.ts) j
-- canonical
SELECT "#0"."device", "#0"."t" FROM (SELECT * FROM "meters" AS "#1" JOIN "weather" AS "#2" ON "#1"."ts" = "#2"."ts") AS "#0"

-- view
with meters as (select * from meters where e > 1) select device, sum(e) as s from meters group by 1
-- canonical
WITH "#w0" AS (SELECT * FROM "meters" AS "#0" WHERE "e" > 1) SELECT "device", SUM("e") AS "s" FROM "#w0" AS "#1" GROUP BY 1

-- view
with a as (select device, e from meters), b as (select device, sum(e) as s from a group by 1)
    select b.device, s, count(*) as n from b join a using (device) group by all
-- canonical
WITH "#w0" AS (SELECT "device", "e" FROM "meters" AS "#0"), "#w1" AS (SELECT "device", SUM("e") AS "s" FROM "#w0" AS "#1" GROUP BY 1) SELECT "#2"."device", "s", COUNT(*) AS "n" FROM "#w1" AS "#2" JOIN "#w0" AS "#3" USING ("device") GROUP BY ALL

-- view
with x(d, v) as (select device, e from meters) select d, max(v) as v from x group by d
-- canonical
WITH "#w0"("d", "v") AS (SELECT "device", "e" FROM "meters" AS "#0") SELECT "d", MAX("v") AS "v" FROM "#w0" AS "#1" GROUP BY "d"

-- view
select device, sum(g) as s from (with c as (select device, e as g from meters) select * from c) group by 1
-- canonical
SELECT "device", SUM("g") AS "s" FROM (WITH "#w0" AS (SELECT "device", "e" AS "g" FROM "meters" AS "#0") SELECT * FROM "#w0" AS "#1") GROUP BY 1

-- view
select device, ts, e - lag(e) over (partition by device order by ts) as rise from meters
-- canonical
SELECT "device", "ts", "e" - LAG("e") OVER (PARTITION BY "device" ORDER BY "ts") AS "rise" FROM "meters" AS "#0"

-- view
select device, ts, e - lag(e) over w as rise from meters window w as (partition by device order by ts)
-- canonical
SELECT "device", "ts", "e" - LAG("e") OVER "w" AS "rise" FROM "meters" AS "#0" WINDOW "w" AS (PARTITION BY "device" ORDER BY "ts")

-- view
with steps as (
      select device, ts, greatest(e - lag(e) over (partition by device order by ts), 0) as rise from meters)
    select s.device, ts::date as day, sum(rise) as heat, avg(t) as t from steps s left join weather w using (ts)
    group by all
-- canonical
WITH "#w0" AS (SELECT "device", "ts", GREATEST("e" - LAG("e") OVER (PARTITION BY "device" ORDER BY "ts"), 0) AS "rise" FROM "meters" AS "#0") SELECT "#1"."device", CAST("ts" AS DATE) AS "day", SUM("rise") AS "heat", AVG("t") AS "t" FROM "#w0" AS "#1" LEFT JOIN "weather" AS "#2" USING ("ts") GROUP BY ALL

-- view
select device, ts, avg(e) over (partition by device order by ts rows between 1 preceding and 1 following) as a
    from meters
-- canonical
SELECT "device", "ts", AVG("e") OVER (PARTITION BY "device" ORDER BY "ts" ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS "a" FROM "meters" AS "#0"

-- view
select * from meters qualify row_number() over (partition by device order by ts desc) = 1
-- canonical
SELECT * FROM "meters" AS "#0" QUALIFY ROW_NUMBER() OVER (PARTITION BY "device" ORDER BY "ts" DESC) = 1

-- view
select device, e / sum(e) over (partition by device) as share, max(e) over () as top from meters
-- canonical
SELECT "device", "e" / SUM("e") OVER (PARTITION BY "device") AS "share", MAX("e") OVER () AS "top" FROM "meters" AS "#0"

-- view
select device, e from meters where e > (select avg(e) from meters)
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" WHERE "e" > (SELECT AVG("e") FROM "meters" AS "#1")

-- view
select device from meters where device in (select device from places where station = 'N')
-- canonical
SELECT "device" FROM "meters" AS "#0" WHERE "device" IN (SELECT "device" FROM "places" AS "#1" WHERE "station" = 'N')

-- view
select device, ts from meters except select station, ts from weather
-- canonical
SELECT "device", "ts" FROM "meters" AS "#0" EXCEPT SELECT "station", "ts" FROM "weather" AS "#1"

-- view
select ts from meters intersect select ts from weather
-- canonical
SELECT "ts" FROM "meters" AS "#0" INTERSECT SELECT "ts" FROM "weather" AS "#1"

-- view
select device, day, heat from daily where heat > 1
-- canonical
SELECT "device", "day", "heat" FROM "daily" AS "#0" WHERE "heat" > 1

-- view
select p.device, d.day, heat from places p left join daily d using (device)
-- canonical
SELECT "#0"."device", "#1"."day", "heat" FROM "places" AS "#0" LEFT JOIN "daily" AS "#1" USING ("device")

-- view
select p.device, sum(heat) as s from places p left join daily d using (device) group by all
-- canonical
SELECT "#0"."device", SUM("heat") AS "s" FROM "places" AS "#0" LEFT JOIN "daily" AS "#1" USING ("device") GROUP BY ALL

-- view
select d.device, e from (select device, ts::date as day, e from meters) m right join daily d using (device, day)
-- canonical
SELECT "#1"."device", "e" FROM (SELECT "device", CAST("ts" AS DATE) AS "day", "e" FROM "meters" AS "#2") AS "#0" RIGHT JOIN "daily" AS "#1" USING ("device", "day")

-- view
select m.device, v.name from meters m, (values (1, 'one'), (2, 'two')) v(n, name) where v.n = m.e
-- canonical
SELECT "#0"."device", "#1"."name" FROM "meters" AS "#0", (VALUES (1, 'one'), (2, 'two')) AS "#1"("n", "name") WHERE "#1"."n" = "#0"."e"

-- view
select device, i from meters, range(3) r(i) where i < e
-- canonical
SELECT "device", "i" FROM "meters" AS "#0", RANGE(0, 3) AS "#1"("i") WHERE "i" < "e"

-- view
select device, unnest(tags) as tag from places
-- canonical
SELECT "device", UNNEST("tags") AS "tag" FROM "places" AS "#0"

-- view
select device as "Device Name", e as "a ""b""" from meters
-- canonical
SELECT "device" AS "Device Name", "e" AS "a ""b""" FROM "meters" AS "#0"

-- view
select device, case when e > 2 then 'high' else 'low' end as level, count(*) as n from meters group by all
-- canonical
SELECT "device", CASE WHEN "e" > 2 THEN 'high' ELSE 'low' END AS "level", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY ALL

-- view
select 1 as one, device, count(*) as n from meters group by all
-- canonical
SELECT 1 AS "one", "device", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY ALL

-- view
select (select max(t) from weather) as top, device from meters
-- canonical
SELECT (SELECT MAX("t") FROM "weather" AS "#1") AS "top", "device" FROM "meters" AS "#0"

-- view
select device, e from meters order by e desc limit 2
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" ORDER BY "e" DESC LIMIT 2

-- view
select device, ts from meters order by e desc nulls last, ts limit 3
-- canonical
SELECT "device", "ts" FROM "meters" AS "#0" ORDER BY "e" DESC, "ts" LIMIT 3

-- view
select device, sum(e) as s from meters group by device order by sum(e) desc limit 1
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY "device" ORDER BY SUM("e") DESC LIMIT 1

-- view
select device, sum(e) as s from meters group by all order by 2 limit 2
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY ALL ORDER BY 2 LIMIT 2

-- view
select distinct device from meters order by device limit 2
-- canonical
SELECT DISTINCT "device" FROM "meters" AS "#0" ORDER BY "device" LIMIT 2

-- view
select device, ts from meters union all select station, ts from weather order by ts, device limit 4
-- canonical
SELECT "device", "ts" FROM "meters" AS "#0" UNION ALL SELECT "station", "ts" FROM "weather" AS "#1" ORDER BY "ts", "device" LIMIT 4

-- view
select sum(e) as s from (select e from meters order by e desc limit 3)
-- canonical
SELECT SUM("e") AS "s" FROM (SELECT "e" FROM "meters" AS "#0" ORDER BY "e" DESC LIMIT 3)

-- view
select device, e from meters where e is not null qualify row_number() over (order by e) < 4 order by e limit 2
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" WHERE NOT "e" IS NULL QUALIFY ROW_NUMBER() OVER (ORDER BY "e") < 4 ORDER BY "e" LIMIT 2

-- view
select device, (select max(t) from weather w where w.ts = m.ts) as t from meters m
-- canonical
SELECT "device", (SELECT MAX("t") FROM "weather" AS "#1" WHERE "#1"."ts" = "#0"."ts") AS "t" FROM "meters" AS "#0"

-- view
select device from meters m where exists (select 1 from weather w where w.ts = m.ts)
-- canonical
SELECT "device" FROM "meters" AS "#0" WHERE EXISTS(SELECT 1 FROM "weather" AS "#1" WHERE "#1"."ts" = "#0"."ts")

-- view
select device from meters m where not exists (select 1 from weather w where w.ts = m.ts)
-- canonical
SELECT "device" FROM "meters" AS "#0" WHERE NOT EXISTS(SELECT 1 FROM "weather" AS "#1" WHERE "#1"."ts" = "#0"."ts")

-- view
select device, e from meters m where e in (select max(e) from meters o where o.device = m.device)
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" WHERE "e" IN (SELECT MAX("e") FROM "meters" AS "#1" WHERE "#1"."device" = "#0"."device")

-- view
select device, sum(e) as s from meters m where exists (from weather w where w.ts = m.ts) group by device
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" WHERE EXISTS(SELECT * FROM "weather" AS "#1" WHERE "#1"."ts" = "#0"."ts") GROUP BY "device"

-- view
select device, sum((select max(t) from weather w where w.ts = m.ts)) as s from meters m group by device
-- canonical
SELECT "device", SUM((SELECT MAX("t") FROM "weather" AS "#1" WHERE "#1"."ts" = "#0"."ts")) AS "s" FROM "meters" AS "#0" GROUP BY "device"

-- view
select p.device from places p where (select count(*) from meters m where m.device = p.device
    and exists (select 1 from weather w where w.ts = m.ts and w.station = p.station)) > 0
-- canonical
SELECT "#0"."device" FROM "places" AS "#0" WHERE (SELECT COUNT(*) FROM "meters" AS "#1" WHERE "#1"."device" = "#0"."device" AND EXISTS(SELECT 1 FROM "weather" AS "#2" WHERE "#2"."ts" = "#1"."ts" AND "#2"."station" = "#0"."station")) > 0

-- view
select device, l.t from meters m, lateral (select t from weather w where w.ts = m.ts) l
-- canonical
SELECT "device", "#1"."t" FROM "meters" AS "#0", LATERAL (SELECT "t" FROM "weather" AS "#2" WHERE "#2"."ts" = "#0"."ts") AS "#1"

-- view
select device, l.t from meters m left join lateral (select t from weather w where w.ts = m.ts) l on true
-- canonical
SELECT "device", "#1"."t" FROM "meters" AS "#0" LEFT JOIN LATERAL (SELECT "t" FROM "weather" AS "#2" WHERE "#2"."ts" = "#0"."ts") AS "#1" ON TRUE

-- view
select p.device, l.n from places p, (select count(*) as n from meters m where m.device = p.device) l
-- canonical
SELECT "#0"."device", "#1"."n" FROM "places" AS "#0", (SELECT COUNT(*) AS "n" FROM "meters" AS "#2" WHERE "#2"."device" = "#0"."device") AS "#1"

-- view
select p.device, l.d, l.n from places p,
    (select ts::date d, count(*) n from meters m where m.device = p.device group by d) l
-- canonical
SELECT "#0"."device", "#1"."d", "#1"."n" FROM "places" AS "#0", (SELECT CAST("ts" AS DATE) AS "d", COUNT(*) AS "n" FROM "meters" AS "#2" WHERE "#2"."device" = "#0"."device" GROUP BY "d") AS "#1"

-- view
select p.device, l.d from places p, (select distinct ts::date d from meters m where m.device = p.device) l
-- canonical
SELECT "#0"."device", "#1"."d" FROM "places" AS "#0", (SELECT DISTINCT CAST("ts" AS DATE) AS "d" FROM "meters" AS "#2" WHERE "#2"."device" = "#0"."device") AS "#1"

-- view
select p.device, l.t from places p
    left join lateral (select w.ts, w.t from weather w left join meters m on m.ts = w.ts
    where w.station = p.station and m.device = p.device) l on l.t > 2
-- canonical
SELECT "#0"."device", "#1"."t" FROM "places" AS "#0" LEFT JOIN LATERAL (SELECT "#2"."ts", "#2"."t" FROM "weather" AS "#2" LEFT JOIN "meters" AS "#3" ON "#3"."ts" = "#2"."ts" WHERE "#2"."station" = "#0"."station" AND "#3"."device" = "#0"."device") AS "#1" ON "#1"."t" > 2

-- view
select p.device, (select sum(e) from meters m where m.device = p.device and e > (select min(t) from weather)) s
    from places p
-- canonical
SELECT "#0"."device", (SELECT SUM("e") FROM "meters" AS "#1" WHERE "#1"."device" = "#0"."device" AND "e" > (SELECT MIN("t") FROM "weather" AS "#2")) AS "s" FROM "places" AS "#0"

-- view
select p.device, l.e from places p, (select e from meters m where m.device = p.device order by e limit 1) l
-- canonical
SELECT "#0"."device", "#1"."e" FROM "places" AS "#0", (SELECT "e" FROM "meters" AS "#2" WHERE "#2"."device" = "#0"."device" ORDER BY "e" LIMIT 1) AS "#1"

-- view
select device, sum(e) as s from meters group by rollup (device)
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY ROLLUP ("device")

-- view
select device, sum(e) as s from meters group by grouping sets ((device), ())
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY GROUPING SETS (("device"), ())

-- view
select device, ts::date as day, coalesce(device, 'all') as who, grouping(device, day) as level, sum(e) as s
    from meters where e > 1 group by cube (device, day) having count(*) > 1 or device is null
-- canonical
SELECT "device", CAST("ts" AS DATE) AS "day", COALESCE("device", 'all') AS "who", GROUPING("device", "day") AS "level", SUM("e") AS "s" FROM "meters" AS "#0" WHERE "e" > 1 GROUP BY CUBE ("device", "day") HAVING COUNT(*) > 1 OR "device" IS NULL

-- view
select m.device, t, count(*) as n from meters m left join weather w using (ts) group by m.device, rollup (t)
-- canonical
SELECT "#0"."device", "t", COUNT(*) AS "n" FROM "meters" AS "#0" LEFT JOIN "weather" AS "#1" USING ("ts") GROUP BY "#0"."device", ROLLUP ("t")

-- view
select s, sum(n) as n from (select device, coalesce(device, '-') as s, count(*) as n from meters
    group by rollup (device)) group by s
-- canonical
SELECT "s", SUM("n") AS "n" FROM (SELECT "device", COALESCE("device", '-') AS "s", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY ROLLUP ("device")) GROUP BY "s"

-- view
select distinct device, count(*) as n from meters group by cube (device, ts::date)
-- canonical
SELECT DISTINCT "device", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY CUBE ("device", CAST("ts" AS DATE))

-- view
select device, sum(e) as s from meters group by rollup (device) order by s desc limit 2
-- canonical
SELECT "device", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY ROLLUP ("device") ORDER BY "s" DESC LIMIT 2

-- view
select device, sum(e) as s, rank() over (order by sum(e)) as place from meters group by device
-- canonical
SELECT "device", SUM("e") AS "s", RANK() OVER (ORDER BY SUM("e")) AS "place" FROM "meters" AS "#0" GROUP BY "device"

-- view
select device, ts::date as day, sum(e) / sum(sum(e)) over (partition by m.device) as share from meters m
    group by 1, 2 having count(*) > 0 qualify row_number() over (partition by device order by day) = 1
-- canonical
SELECT "device", CAST("ts" AS DATE) AS "day", SUM("e") / SUM(SUM("e")) OVER (PARTITION BY "#0"."device") AS "share" FROM "meters" AS "#0" GROUP BY 1, 2 HAVING COUNT(*) > 0 QUALIFY ROW_NUMBER() OVER (PARTITION BY "device" ORDER BY "day") = 1

-- view
select device, grouping(device) as level, max(sum(e)) over (partition by level) as top from meters
    group by rollup (device)
-- canonical
SELECT "device", GROUPING("device") AS "level", MAX(SUM("e")) OVER (PARTITION BY "level") AS "top" FROM "meters" AS "#0" GROUP BY ROLLUP ("device")

-- view
select distinct on (device) device, ts::date as day, sum(e) as s from meters group by all order by 1, s desc
-- canonical
SELECT DISTINCT ON ("device") "device", CAST("ts" AS DATE) AS "day", SUM("e") AS "s" FROM "meters" AS "#0" GROUP BY ALL ORDER BY 1, "s" DESC

-- view
select distinct on (device) device, e / max(e) over (partition by device) as share from meters
    order by device, share desc nulls last
-- canonical
SELECT DISTINCT ON ("device") "device", "e" / MAX("e") OVER (PARTITION BY "device") AS "share" FROM "meters" AS "#0" ORDER BY "device", "share" DESC

-- view
from (pivot meters on device in ('L4', 'L8') using sum(e) as s, count(*) as n group by ts)
-- canonical
SELECT * FROM (PIVOT "meters" AS "meters" ON "device" IN ('L4', 'L8') USING SUM("e") AS "s", COUNT(*) AS "n" GROUP BY "ts")

-- view
pivot meters on device in ('L4', 'L8') using max(e)
-- canonical
PIVOT "meters" AS "meters" ON "device" IN ('L4', 'L8') USING MAX("e")

-- view
select ts, four from meters pivot (sum(e) for device in ('L4' as four, 'L8') group by ts) as p where four > 1
-- canonical
SELECT "ts", "four" FROM "meters" AS "#0" PIVOT(SUM("e") FOR "device" IN ('L4' AS "four", 'L8') GROUP BY "ts") AS "p" WHERE "four" > 1

-- view
with p as (pivot daily on device in ('L4', 'L8') using sum(heat)) select day, L4 - L8 as more from p
-- canonical
WITH "#w0" AS (PIVOT "daily" AS "daily" ON "device" IN ('L4', 'L8') USING SUM("heat")) SELECT "day", "l4" - "l8" AS "more" FROM "#w0" AS "#0"

-- view
unpivot weather on ts::varchar, t::varchar into name what value said
-- canonical
UNPIVOT "weather" AS "weather" ON CAST("ts" AS TEXT), CAST("t" AS TEXT) INTO NAME "what" VALUE "said"

-- view
select station, what, v from weather unpivot include nulls (v for what in (t, t as again))
-- canonical
SELECT "station", "what", "v" FROM "weather" AS "#0" UNPIVOT INCLUDE NULLS ("v" FOR "what" IN ("t", "t" AS "again"))

-- view
select what, sum(v) as v from (unpivot (select e, e * 2 as twice from meters) on * into name what value v)
    group by what
-- canonical
SELECT "what", SUM("v") AS "v" FROM (UNPIVOT (SELECT "e", "e" * 2 AS "twice" FROM "meters" AS "#0") ON * INTO NAME "what" VALUE "v") GROUP BY "what"

-- view
select device, sum(e) over (partition by device order by ts) as running from meters
-- canonical
SELECT "device", SUM("e") OVER (PARTITION BY "device" ORDER BY "ts") AS "running" FROM "meters" AS "#0"

-- view
select device, ts, count(*) over (order by ts desc, device nulls first rows unbounded preceding) as n from meters
-- canonical
SELECT "device", "ts", COUNT(*) OVER (ORDER BY "ts" DESC, "device" NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "n" FROM "meters" AS "#0"

-- view
select device, first_value(e ignore nulls) over (partition by device order by ts) as f from meters
-- canonical
SELECT "device", FIRST_VALUE("e" IGNORE NULLS) OVER (PARTITION BY "device" ORDER BY "ts") AS "f" FROM "meters" AS "#0"

-- view
select device, ts, lag(e, 2) over (order by ts, device) as two,
    lead(e ignore nulls) over (order by ts, device) as l from meters
-- canonical
SELECT "device", "ts", LAG("e", 2) OVER (ORDER BY "ts", "device") AS "two", LEAD("e" IGNORE NULLS) OVER (ORDER BY "ts", "device") AS "l" FROM "meters" AS "#0"

-- view
select device, ts, sum(e) over (order by ts range between interval 1 hour preceding and current row) as near,
    max(e) over (order by ts, device rows between 3 preceding and 2 preceding) as before from meters
-- canonical
SELECT "device", "ts", SUM("e") OVER (ORDER BY "ts" RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS "near", MAX("e") OVER (ORDER BY "ts", "device" ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) AS "before" FROM "meters" AS "#0"

-- view
select device, ts, sum(e) over (order by ts groups between 1 preceding and 1 following exclude group) as g,
    nth_value(e, 2) over (partition by device order by ts) as second from meters
-- canonical
SELECT "device", "ts", SUM("e") OVER (ORDER BY "ts" GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP) AS "g", NTH_VALUE("e", 2) OVER (PARTITION BY "device" ORDER BY "ts") AS "second" FROM "meters" AS "#0"

-- view
select m.device, m.ts, sum(w.t) over (partition by m.device order by m.ts) as s
    from meters m left join weather w using (ts)
-- canonical
SELECT "#0"."device", "#0"."ts", SUM("#1"."t") OVER (PARTITION BY "#0"."device" ORDER BY "#0"."ts") AS "s" FROM "meters" AS "#0" LEFT JOIN "weather" AS "#1" USING ("ts")

-- view
select device, ts, rank() over (order by e desc) as r from meters
-- canonical
SELECT "device", "ts", RANK() OVER (ORDER BY "e" DESC) AS "r" FROM "meters" AS "#0"

-- view
select device, ts, e from meters qualify row_number() over (partition by device order by ts) = 2
-- canonical
SELECT "device", "ts", "e" FROM "meters" AS "#0" QUALIFY ROW_NUMBER() OVER (PARTITION BY "device" ORDER BY "ts") = 2

-- view
select device, ts, cume_dist() over (order by e) as c, ntile(2) over (partition by device order by ts) as n,
    rank() over (order by ts) as r from meters
-- canonical
SELECT "device", "ts", CUME_DIST() OVER (ORDER BY "e") AS "c", NTILE(2) OVER (PARTITION BY "device" ORDER BY "ts") AS "n", RANK() OVER (ORDER BY "ts") AS "r" FROM "meters" AS "#0"

-- view
select device, ts, sum(e) over (order by ts) as up, rank() over (order by e) as r from meters
    where device = 'L4'
-- canonical
SELECT "device", "ts", SUM("e") OVER (ORDER BY "ts") AS "up", RANK() OVER (ORDER BY "e") AS "r" FROM "meters" AS "#0" WHERE "device" = 'L4'

-- view
select device, sum(e) as s, sum(sum(e)) over (order by device) as running from meters group by device
-- canonical
SELECT "device", SUM("e") AS "s", SUM(SUM("e")) OVER (ORDER BY "device") AS "running" FROM "meters" AS "#0" GROUP BY "device"

-- view
select device, tag from places, unnest(tags) as u(tag)
-- canonical
SELECT "device", "tag" FROM "places" AS "#0" JOIN UNNEST("tags") AS "#1"("tag") ON TRUE

-- view
select device, t.tag from places cross join lateral (select unnest(tags) as tag) t
-- canonical
SELECT "device", "#1"."tag" FROM "places" AS "#0" CROSS JOIN LATERAL (SELECT UNNEST("tags") AS "tag") AS "#1"

-- view
select device, e from meters order by e desc limit 2 offset 1
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" ORDER BY "e" DESC LIMIT 2 OFFSET 1

-- view
select device, e from meters order by ts limit 40%
-- canonical
SELECT "device", "e" FROM "meters" AS "#0" ORDER BY "ts" LIMIT 40 PERCENT

-- view
select device, count(*) as n from meters m group by device
        having n > (select 1 from places p where p.device = m.device)
-- canonical
SELECT "device", COUNT(*) AS "n" FROM "meters" AS "#0" GROUP BY "device" HAVING "n" > (SELECT 1 FROM "places" AS "#1" WHERE "#1"."device" = "#0"."device")

-- view
with recursive r(n) as (select 1 union all select n + 1 from r, places where n < 3) select n from r
-- canonical
WITH RECURSIVE "#w0"("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "#w0" AS "#0", "places" AS "#1" WHERE "n" < 3) SELECT "n" FROM "#w0" AS "#2"

-- view
select device, lag(e, n::int) over (order by ts, device) as l from (select *, 1 as n from meters)
-- canonical
SELECT "device", LAG("e", CAST("n" AS INT)) OVER (ORDER BY "ts", "device") AS "l" FROM (SELECT *, 1 AS "n" FROM "meters" AS "#0")

-- view
select columns('d.*') from meters
-- canonical
SELECT COLUMNS('d.*') FROM "meters" AS "#0"

-- view
select * from (pivot meters on device using sum(e) group by ts)
-- canonical
SELECT * FROM (PIVOT "meters" AS "meters" ON "device" USING SUM("e") GROUP BY "ts")

-- view
select m.ts, w.t from meters m positional join weather w
-- canonical
SELECT "#0"."ts", "#1"."t" FROM "meters" AS "#0" POSITIONAL JOIN "weather" AS "#1"
