-- view
select * from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE meters.device = 'L4'
-- replays

-- view
select * from meters where e > 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE e > 2 AND meters.device = 'L4'
-- replays

-- view
from meters where e is null
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE e IS NULL AND meters.device = 'L4'
-- replays

-- view
select m.* exclude (ts), e * 2 as twice, twice + 1 as more from meters m where twice > 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE (e * 2) > 2 AND m.device = 'L4'
-- replays

-- view
select * replace (e + 1 as e) from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE meters.device = 'L4'
-- replays

-- view
select * rename (e as energy) from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE meters.device = 'L4'
-- replays

-- view
select device, ts::date as day, max(e) - min(e) as heat from meters group by all
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
-- replays

-- view
select device, count(*) as n from meters group by 1 having n > 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS n, __rows.__id0, __rows.__id1 FROM (SELECT device, COUNT(*) AS n FROM meters GROUP BY 1 HAVING n > 2) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select upper(device) as d, sum(e) as s from meters group by d
-- where d = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE UPPER(device) = 'L4'
-- replays

-- view
select count(*) as n, sum(e) as s from meters where e > 2
-- where n = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS n, __group.__c1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT COUNT(*) AS n, SUM(e) AS s FROM meters WHERE e > 2) AS __group(__c0, __c1) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 2) AS __rows) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select sum(e) as s from meters group by device
-- where s = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS s, __rows.__id0, __rows.__id1 FROM (SELECT SUM(e) AS s, device AS __key0 FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c1 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select distinct device from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
-- replays

-- view
select distinct on (device) device, ts, e from meters order by device, ts desc
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
-- replays

-- view
select m.device, m.e, w.t from meters m left join weather w on w.ts = m.ts
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m LEFT JOIN weather AS w ON w.ts = m.ts WHERE m.device = 'L4'
-- weather: exact
SELECT DISTINCT w._file AS _file, w._record AS _record FROM meters AS m LEFT JOIN weather AS w ON w.ts = m.ts WHERE m.device = 'L4' AND NOT w._file IS NULL
-- replays

-- view
select * from meters natural join weather
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters JOIN weather USING (ts) WHERE meters.device = 'L4'
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM meters JOIN weather USING (ts) WHERE meters.device = 'L4'
-- replays

-- view
select * from meters join weather using (ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters JOIN weather USING (ts) WHERE meters.device = 'L4'
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM meters JOIN weather USING (ts) WHERE meters.device = 'L4'
-- replays

-- view
select ts, device, t from meters full join weather using (ts)
-- where ts = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters FULL JOIN weather USING (ts) WHERE ts = 'L4' AND NOT meters._file IS NULL
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM meters FULL JOIN weather USING (ts) WHERE ts = 'L4' AND NOT weather._file IS NULL
-- need not replay: an outer, ASOF or anti join among several relations rests on rows that are not there

-- view
select device, t from meters right join weather using (ts) where t > 3
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters RIGHT JOIN weather USING (ts) WHERE (t > 3 AND device = 'L4') AND NOT meters._file IS NULL
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM meters RIGHT JOIN weather USING (ts) WHERE t > 3 AND device = 'L4'
-- need not replay: an outer, ASOF or anti join among several relations rests on rows that are not there

-- view
select m.device, m.ts, w.t from meters m asof left join weather w on m.ts >= w.ts
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m ASOF LEFT JOIN weather AS w ON m.ts >= w.ts WHERE m.device = 'L4'
-- weather: exact
SELECT DISTINCT w._file AS _file, w._record AS _record FROM meters AS m ASOF LEFT JOIN weather AS w ON m.ts >= w.ts WHERE m.device = 'L4' AND NOT w._file IS NULL
-- replays

-- view
select m.device, m.ts, w.t from meters m asof join weather w on m.ts >= w.ts
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m ASOF JOIN weather AS w ON m.ts >= w.ts WHERE m.device = 'L4'
-- weather: exact
SELECT DISTINCT w._file AS _file, w._record AS _record FROM meters AS m ASOF JOIN weather AS w ON m.ts >= w.ts WHERE m.device = 'L4'
-- replays

-- view
select * from meters semi join places using (device)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters SEMI JOIN places USING (device) WHERE meters.device = 'L4'
-- places: exact
SELECT DISTINCT __semi.__id0 AS _file, __semi.__id1 AS _record FROM meters CROSS JOIN LATERAL (SELECT places._file AS __id0, places._record AS __id1 FROM places WHERE meters.device = places.device) AS __semi WHERE meters.device = 'L4'
-- replays

-- view
select device, e from meters m semi join weather w on w.ts = m.ts and t > 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m SEMI JOIN weather AS w ON w.ts = m.ts AND t > 2 WHERE device = 'L4'
-- weather: exact
SELECT DISTINCT __semi.__id0 AS _file, __semi.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts AND t > 2) AS __semi WHERE device = 'L4'
-- replays

-- view
select * from meters anti join weather using (ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters ANTI JOIN weather USING (ts) WHERE meters.device = 'L4'
-- weather: exact
SELECT DISTINCT _file, _record FROM weather WHERE FALSE
-- replays

-- view
select a.device, b.device as other from meters a join meters b on a.ts = b.ts and a.device < b.device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT a._file AS _file, a._record AS _record FROM meters AS a JOIN meters AS b ON a.ts = b.ts AND a.device < b.device WHERE a.device = 'L4' UNION SELECT DISTINCT b._file AS _file, b._record AS _record FROM meters AS a JOIN meters AS b ON a.ts = b.ts AND a.device < b.device WHERE a.device = 'L4'
-- replays

-- view
select device, ts from meters union select station, ts from weather
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT station, ts FROM weather) AS __empty WHERE FALSE) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device, ts FROM meters) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT station, ts, weather._file AS __id0, weather._record AS __id1 FROM weather) AS __branch) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts from meters union all by name select ts, station as device, t from weather
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, t, __id0, __id1 FROM (SELECT * FROM (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __branch UNION ALL BY NAME SELECT * FROM (SELECT ts, station AS device, t FROM weather) AS __empty WHERE FALSE) AS __both) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, t, __id0, __id1 FROM (SELECT * FROM (SELECT device, ts FROM meters) AS __empty WHERE FALSE UNION ALL BY NAME SELECT * FROM (SELECT ts, station AS device, t, weather._file AS __id0, weather._record AS __id1 FROM weather) AS __branch) AS __both) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select p.device, t from places p, (meters m join weather w on m.ts = w.ts) where m.device = p.device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM places AS p, (meters AS m JOIN weather AS w ON m.ts = w.ts) WHERE m.device = p.device AND p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p, (meters AS m JOIN weather AS w ON m.ts = w.ts) WHERE m.device = p.device AND p.device = 'L4'
-- weather: exact
SELECT DISTINCT w._file AS _file, w._record AS _record FROM places AS p, (meters AS m JOIN weather AS w ON m.ts = w.ts) WHERE m.device = p.device AND p.device = 'L4'
-- replays

-- view
select j.device, j.t from (meters m join weather w on m.ts = w.ts) j
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT j.__id0 AS _file, j.__id1 AS _record FROM (SELECT m.device, m.ts, m.e, w.station, w.ts, w.t, m._file AS __id0, m._record AS __id1 FROM meters AS m JOIN weather AS w ON m.ts = w.ts WHERE m.device = 'L4') AS j WHERE j.device = 'L4'
-- weather: exact
SELECT DISTINCT j.__id0 AS _file, j.__id1 AS _record FROM (SELECT m.device, m.ts, m.e, w.station, w.ts, w.t, w._file AS __id0, w._record AS __id1 FROM meters AS m JOIN weather AS w ON m.ts = w.ts WHERE m.device = 'L4') AS j WHERE j.device = 'L4'
-- replays

-- view
with meters as (select * from meters where e > 1) select device, sum(e) as s from meters group by 1
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters.__id0 AS _file, meters.__id1 AS _record FROM (SELECT meters.device, meters.ts, meters.e, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 1 AND meters.device = 'L4') AS meters(device, ts, e, __id0, __id1) WHERE device = 'L4'
-- replays

-- view
with a as (select device, e from meters), b as (select device, sum(e) as s from a group by 1)
    select b.device, s, count(*) as n from b join a using (device) group by all
-- where device = 'L4'
-- meters: exact
WITH a(device, e) AS (SELECT device, e FROM meters), b(device, s) AS (SELECT device, SUM(e) AS s FROM a GROUP BY 1) SELECT DISTINCT b.__id0 AS _file, b.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT device, SUM(e) AS s FROM a GROUP BY 1) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, a.__id0 AS __id0, a.__id1 AS __id1 FROM (SELECT device, e, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS a(device, e, __id0, __id1) WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS b(device, s, __id0, __id1) JOIN a USING (device) WHERE b.device = 'L4' UNION SELECT DISTINCT a.__id0 AS _file, a.__id1 AS _record FROM b JOIN (SELECT device, e, meters._file AS __id0, meters._record AS __id1 FROM meters) AS a(device, e, __id0, __id1) USING (device) WHERE b.device = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
with x(d, v) as (select device, e from meters) select d, max(v) as v from x group by d
-- where d = 'L4'
-- meters: exact
SELECT DISTINCT x.__id0 AS _file, x.__id1 AS _record FROM (SELECT device, e, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS x(d, v, __id0, __id1) WHERE d = 'L4'
-- replays

-- view
select device, sum(g) as s from (with c as (select device, e as g from meters) select * from c) group by 1
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __from.__id0 AS _file, __from.__id1 AS _record FROM (SELECT c.device, c.g, c.__id0 AS __id0, c.__id1 AS __id1 FROM (SELECT device, e AS g, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS c(device, g, __id0, __id1) WHERE c.device = 'L4') AS __from WHERE device = 'L4'
-- replays

-- view
select device, ts, e - lag(e) over (partition by device order by ts) as rise from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, e - LAG(e) OVER (PARTITION BY device ORDER BY ts) AS rise, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, e - LAG(e) OVER (PARTITION BY device ORDER BY ts) AS rise, LAG(meters._file) OVER (PARTITION BY device ORDER BY ts) AS __id0, LAG(meters._record) OVER (PARTITION BY device ORDER BY ts) AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' AND NOT __row.__id0 IS NULL
-- replays

-- view
select device, ts, e - lag(e) over w as rise from meters window w as (partition by device order by ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, e - LAG(e) OVER (PARTITION BY device ORDER BY ts) AS rise, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, e - LAG(e) OVER (PARTITION BY device ORDER BY ts) AS rise, LAG(meters._file) OVER (PARTITION BY device ORDER BY ts) AS __id0, LAG(meters._record) OVER (PARTITION BY device ORDER BY ts) AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' AND NOT __row.__id0 IS NULL
-- replays

-- view
with steps as (
      select device, ts, greatest(e - lag(e) over (partition by device order by ts), 0) as rise from meters)
    select s.device, ts::date as day, sum(rise) as heat, avg(t) as t from steps s left join weather w using (ts)
    group by all
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT s.__id0 AS _file, s.__id1 AS _record FROM (SELECT device, ts, GREATEST(e - LAG(e) OVER (PARTITION BY device ORDER BY ts), 0) AS rise, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS s(device, ts, rise, __id0, __id1) LEFT JOIN weather AS w USING (ts) WHERE s.device = 'L4' UNION SELECT DISTINCT s.__id0 AS _file, s.__id1 AS _record FROM (SELECT device, ts, GREATEST(e - LAG(e) OVER (PARTITION BY device ORDER BY ts), 0) AS rise, LAG(meters._file) OVER (PARTITION BY device ORDER BY ts) AS __id0, LAG(meters._record) OVER (PARTITION BY device ORDER BY ts) AS __id1 FROM meters WHERE device = 'L4') AS s(device, ts, rise, __id0, __id1) LEFT JOIN weather AS w USING (ts) WHERE s.device = 'L4' AND NOT s.__id0 IS NULL
-- weather: exact
WITH steps(device, ts, rise) AS (SELECT device, ts, GREATEST(e - LAG(e) OVER (PARTITION BY device ORDER BY ts), 0) AS rise FROM meters) SELECT DISTINCT w._file AS _file, w._record AS _record FROM steps AS s LEFT JOIN weather AS w USING (ts) WHERE s.device = 'L4' AND NOT w._file IS NULL
-- need not replay: an outer, ASOF or anti join among several relations rests on rows that are not there

-- view
select device, ts, avg(e) over (partition by device order by ts rows between 1 preceding and 1 following) as a
    from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, AVG(e) OVER (PARTITION BY device ORDER BY ts rows BETWEEN 1 preceding AND 1 following) AS a, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __c0 AS device, __c1 AS ts, __c2 AS a, __frame.__id0 AS __id0, __frame.__id1 AS __id1 FROM (SELECT device, ts, AVG(e) OVER (PARTITION BY device ORDER BY ts rows BETWEEN 1 preceding AND 1 following) AS a, UNNEST(LIST({'__id0': meters._file, '__id1': meters._record}) OVER (PARTITION BY device ORDER BY ts rows BETWEEN 1 preceding AND 1 following)) AS __id0 FROM meters WHERE device = 'L4') AS __frames(__c0, __c1, __c2, __frame)) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select * from meters qualify row_number() over (partition by device order by ts desc) = 1
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS e, __rows.__id0, __rows.__id1 FROM (SELECT meters.device, meters.ts, meters.e, device AS __key0 FROM meters QUALIFY ROW_NUMBER() OVER (PARTITION BY device ORDER BY ts DESC) = 1) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c3 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, e / sum(e) over (partition by device) as share, max(e) over () as top from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS share, __group.__c2 AS top, __rows.__id0, __rows.__id1 FROM (SELECT device, e / SUM(e) OVER (PARTITION BY device) AS share, MAX(e) OVER () AS top FROM meters) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS share, __group.__c2 AS top, __rows.__id0, __rows.__id1 FROM (SELECT device, e / SUM(e) OVER (PARTITION BY device) AS share, MAX(e) OVER () AS top FROM meters) AS __group(__c0, __c1, __c2) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, e from meters where e > (select avg(e) from meters)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters UNION SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE e > (SELECT AVG(e) FROM meters) AND device = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device from meters where device in (select device from places where station = 'N')
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device IN (SELECT device FROM places WHERE station = 'N') AND device = 'L4'
-- places: exact
SELECT DISTINCT places._file AS _file, places._record AS _record FROM places WHERE station = 'N'
-- replays

-- view
select device, ts from meters except select station, ts from weather
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __set.__c0 AS device, __set.__c1 AS ts, __rows.__id0, __rows.__id1 FROM (SELECT device, ts FROM meters EXCEPT SELECT station, ts FROM weather) AS __set(__c0, __c1) JOIN (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows(__k0, __k1, __id0, __id1) ON __set.__c0 IS NOT DISTINCT FROM __rows.__k0 AND __set.__c1 IS NOT DISTINCT FROM __rows.__k1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM weather
-- replays

-- view
select ts from meters intersect select ts from weather
-- where ts = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __set.__c0 AS ts, __rows.__id0, __rows.__id1 FROM (SELECT ts FROM meters INTERSECT SELECT ts FROM weather) AS __set(__c0) JOIN (SELECT ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows(__k0, __id0, __id1) ON __set.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __set.__c0 AS ts, __rows.__id0, __rows.__id1 FROM (SELECT ts FROM meters INTERSECT SELECT ts FROM weather) AS __set(__c0) JOIN (SELECT ts, weather._file AS __id0, weather._record AS __id1 FROM weather) AS __rows(__k0, __id0, __id1) ON __set.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, day, heat from daily where heat > 1
-- where device = 'L4'
-- daily: exact
SELECT DISTINCT daily.device AS device, daily."day" AS "day" FROM daily WHERE heat > 1 AND device = 'L4'
-- replays

-- view
select p.device, d.day, heat from places p left join daily d using (device)
-- where device = 'L4'
-- daily: exact
SELECT DISTINCT d.device AS device, d."day" AS "day" FROM places AS p LEFT JOIN (SELECT *, TRUE AS __here FROM daily) AS d USING (device) WHERE p.device = 'L4' AND NOT d.__here IS NULL
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p LEFT JOIN daily AS d USING (device) WHERE p.device = 'L4'
-- replays

-- view
select p.device, sum(heat) as s from places p left join daily d using (device) group by all
-- where device = 'L4'
-- daily: exact
SELECT DISTINCT d.device AS device, d."day" AS "day" FROM places AS p LEFT JOIN (SELECT *, TRUE AS __here FROM daily) AS d USING (device) WHERE p.device = 'L4' AND NOT d.__here IS NULL
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p LEFT JOIN daily AS d USING (device) WHERE p.device = 'L4'
-- replays

-- view
select d.device, e from (select device, ts::date as day, e from meters) m right join daily d using (device, day)
-- where device = 'L4'
-- daily: exact
SELECT DISTINCT d.device AS device, d."day" AS "day" FROM (SELECT device, CAST(ts AS DATE) AS day, e FROM meters) AS m RIGHT JOIN daily AS d USING (device, day) WHERE d.device = 'L4'
-- meters: exact
SELECT DISTINCT m.__id0 AS _file, m.__id1 AS _record FROM (SELECT device, CAST(ts AS DATE) AS day, e, meters._file AS __id0, meters._record AS __id1 FROM meters) AS m RIGHT JOIN daily AS d USING (device, day) WHERE d.device = 'L4' AND NOT m.__id0 IS NULL
-- need not replay: an outer, ASOF or anti join among several relations rests on rows that are not there

-- view
select m.device, v.name from meters m, (values (1, 'one'), (2, 'two')) v(n, name) where v.n = m.e
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m, (VALUES (1, 'one'), (2, 'two')) AS v(n, name) WHERE v.n = m.e AND m.device = 'L4'
-- replays

-- view
select device, i from meters, range(3) r(i) where i < e
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters, RANGE(0, 3) AS r(i) WHERE i < e AND device = 'L4'
-- replays

-- view
select device, unnest(tags) as tag from places
-- where device = 'L4'
-- places: exact
SELECT DISTINCT places._file AS _file, places._record AS _record FROM places WHERE device = 'L4'
-- replays

-- view
select device as "Device Name", e as "a ""b""" from meters
-- where Device Name = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
-- replays

-- view
select device, case when e > 2 then 'high' else 'low' end as level, count(*) as n from meters group by all
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE device = 'L4'
-- replays

-- view
select 1 as one, device, count(*) as n from meters group by all
-- where one = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS one, __group.__c1 AS device, __group.__c2 AS n, __rows.__id0, __rows.__id1 FROM (SELECT 1 AS one, device, COUNT(*) AS n FROM meters GROUP BY ALL) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c1 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select (select max(t) from weather) as top, device from meters
-- where top = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT (SELECT MAX(t) FROM weather) AS top, device, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT weather._file AS _file, weather._record AS _record FROM weather
-- replays

-- view
select device, e from meters order by e desc limit 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __rows.__id0 AS _file, __rows.__id1 AS _record FROM (SELECT device, e, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, e FROM meters) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1 DESC) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1
-- replays

-- view
select device, ts from meters order by e desc nulls last, ts limit 3
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __rows.__id0 AS _file, __rows.__id1 AS _record FROM (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, ts, e AS __o2 FROM meters) AS __all(__c0, __c1, __c2) QUALIFY RANK() OVER (ORDER BY __c2 DESC, __c1) <= 3) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1
-- replays

-- view
select device, sum(e) as s from meters group by device order by sum(e) desc limit 1
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT device, SUM(e) AS s FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, SUM(e) AS s FROM meters GROUP BY device) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1 DESC) <= 1) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, sum(e) as s from meters group by all order by 2 limit 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __rows.__id0, __rows.__id1 FROM (SELECT device, SUM(e) AS s FROM meters GROUP BY ALL) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, SUM(e) AS s FROM meters GROUP BY ALL) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select distinct device from meters order by device limit 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __rows.__id0 AS _file, __rows.__id1 AS _record FROM (SELECT device, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows(__k0, __id0, __id1) SEMI JOIN (SELECT __c0 FROM (SELECT DISTINCT device FROM meters) AS __all(__c0) QUALIFY RANK() OVER (ORDER BY __c0) <= 2) AS __kept(__c0) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0
-- replays

-- view
select device, ts from meters union all select station, ts from weather order by ts, device limit 4
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS ts, __rows.__id0, __rows.__id1 FROM (SELECT * FROM (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT station, ts FROM weather) AS __empty WHERE FALSE) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, ts FROM meters UNION ALL SELECT station, ts FROM weather) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1, __c0) <= 4) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS ts, __rows.__id0, __rows.__id1 FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device, ts FROM meters) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT station, ts, weather._file AS __id0, weather._record AS __id1 FROM weather) AS __branch) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, ts FROM meters UNION ALL SELECT station, ts FROM weather) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1, __c0) <= 4) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select sum(e) as s from (select e from meters order by e desc limit 3)
-- where s = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS s, __rows.__id0, __rows.__id1 FROM (SELECT SUM(e) AS s FROM (SELECT e FROM meters ORDER BY e DESC LIMIT 3)) AS __group(__c0) CROSS JOIN (SELECT __from.__id0 AS __id0, __from.__id1 AS __id1 FROM (SELECT __rows.__k0 AS e, __rows.__id0, __rows.__id1 FROM (SELECT e, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows(__k0, __id0, __id1) SEMI JOIN (SELECT __c0 FROM (SELECT e FROM meters) AS __all(__c0) QUALIFY RANK() OVER (ORDER BY __c0 DESC) <= 3) AS __kept(__c0) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0) AS __from) AS __rows) AS __row(__c0, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, e from meters where e is not null qualify row_number() over (order by e) < 4 order by e limit 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS e, __rows.__id0, __rows.__id1 FROM (SELECT __group.__c0 AS device, __group.__c1 AS e, __rows.__id0, __rows.__id1 FROM (SELECT device, e FROM meters WHERE NOT e IS NULL QUALIFY ROW_NUMBER() OVER (ORDER BY e) < 4) AS __group(__c0, __c1) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters WHERE NOT e IS NULL) AS __rows) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, e FROM meters WHERE NOT e IS NULL QUALIFY ROW_NUMBER() OVER (ORDER BY e) < 4) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- need not replay: LIMIT over rows that a replay recombines

-- view
select device, (select max(t) from weather w where w.ts = m.ts) as t from meters m
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS __inside(__id0, __id1) WHERE device = 'L4'
-- replays

-- view
select device from meters m where exists (select 1 from weather w where w.ts = m.ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS __inside(__id0, __id1) WHERE EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- replays

-- view
select device from meters m where not exists (select 1 from weather w where w.ts = m.ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE NOT EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS __inside(__id0, __id1) WHERE NOT EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- replays

-- view
select device, e from meters m where e in (select max(e) from meters o where o.device = m.device)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE e IN (SELECT MAX(e) FROM meters AS o WHERE o.device = m.device) AND device = 'L4' UNION SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT o._file AS __id0, o._record AS __id1 FROM meters AS o WHERE o.device = m.device) AS __inside(__id0, __id1) WHERE e IN (SELECT MAX(e) FROM meters AS o WHERE o.device = m.device) AND device = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device, sum(e) as s from meters m where exists (from weather w where w.ts = m.ts) group by device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE EXISTS(SELECT w.station, w.ts, w.t FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS __inside(__id0, __id1) WHERE EXISTS(SELECT w.station, w.ts, w.t FROM weather AS w WHERE w.ts = m.ts) AND device = 'L4'
-- replays

-- view
select device, sum((select max(t) from weather w where w.ts = m.ts)) as s from meters m group by device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m WHERE device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS __inside(__id0, __id1) WHERE device = 'L4'
-- replays

-- view
select p.device from places p where (select count(*) from meters m where m.device = p.device
    and exists (select 1 from weather w where w.ts = m.ts and w.station = p.station)) > 0
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM places AS p CROSS JOIN LATERAL (SELECT m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device AND EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station)) AS __inside(__id0, __id1) WHERE (SELECT COUNT(*) FROM meters AS m WHERE m.device = p.device AND EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station)) > 0 AND p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p WHERE (SELECT COUNT(*) FROM meters AS m WHERE m.device = p.device AND EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station)) > 0 AND p.device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM places AS p CROSS JOIN LATERAL (SELECT __inside.__id0 AS __id0, __inside.__id1 AS __id1 FROM meters AS m CROSS JOIN LATERAL (SELECT w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station) AS __inside(__id0, __id1) WHERE m.device = p.device AND EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station)) AS __inside(__id0, __id1) WHERE (SELECT COUNT(*) FROM meters AS m WHERE m.device = p.device AND EXISTS(SELECT 1 FROM weather AS w WHERE w.ts = m.ts AND w.station = p.station)) > 0 AND p.device = 'L4'
-- replays

-- view
select device, l.t from meters m, lateral (select t from weather w where w.ts = m.ts) l
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m, LATERAL (SELECT t FROM weather AS w WHERE w.ts = m.ts) AS l WHERE device = 'L4'
-- weather: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM meters AS m, (SELECT t, w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS l WHERE device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select device, l.t from meters m left join lateral (select t from weather w where w.ts = m.ts) l on true
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT m._file AS _file, m._record AS _record FROM meters AS m LEFT JOIN LATERAL (SELECT t FROM weather AS w WHERE w.ts = m.ts) AS l ON TRUE WHERE device = 'L4'
-- weather: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM meters AS m LEFT JOIN (SELECT t, w._file AS __id0, w._record AS __id1 FROM weather AS w WHERE w.ts = m.ts) AS l ON TRUE WHERE device = 'L4' AND NOT l.__id0 IS NULL
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select p.device, l.n from places p, (select count(*) as n from meters m where m.device = p.device) l
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM places AS p, (SELECT COUNT(*) AS n FROM meters AS m WHERE m.device = p.device) AS l CROSS JOIN LATERAL (SELECT m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device) AS __inside(__id0, __id1) WHERE p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p, (SELECT COUNT(*) AS n FROM meters AS m WHERE m.device = p.device) AS l WHERE p.device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select p.device, l.d, l.n from places p,
    (select ts::date d, count(*) n from meters m where m.device = p.device group by d) l
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM places AS p, (SELECT __group.__c0 AS d, __group.__c1 AS n, __rows.__id0, __rows.__id1 FROM (SELECT CAST(ts AS DATE) AS d, COUNT(*) AS n FROM meters AS m WHERE m.device = p.device GROUP BY d) AS __group(__c0, __c1) JOIN (SELECT CAST(ts AS DATE) AS __k0, m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device) AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS l WHERE p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p, (SELECT CAST(ts AS DATE) AS d, COUNT(*) AS n FROM meters AS m WHERE m.device = p.device GROUP BY d) AS l WHERE p.device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select p.device, l.d from places p, (select distinct ts::date d from meters m where m.device = p.device) l
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM places AS p, (SELECT CAST(ts AS DATE) AS d, m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device) AS l WHERE p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p, (SELECT DISTINCT CAST(ts AS DATE) AS d FROM meters AS m WHERE m.device = p.device) AS l WHERE p.device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select p.device, l.t from places p
    left join lateral (select w.ts, w.t from weather w left join meters m on m.ts = w.ts
    where w.station = p.station and m.device = p.device) l on l.t > 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM places AS p LEFT JOIN (SELECT w.ts, w.t, m._file AS __id0, m._record AS __id1 FROM weather AS w LEFT JOIN meters AS m ON m.ts = w.ts WHERE w.station = p.station AND m.device = p.device) AS l ON l.t > 2 WHERE p.device = 'L4' AND NOT l.__id0 IS NULL
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p LEFT JOIN LATERAL (SELECT w.ts, w.t FROM weather AS w LEFT JOIN meters AS m ON m.ts = w.ts WHERE w.station = p.station AND m.device = p.device) AS l ON l.t > 2 WHERE p.device = 'L4'
-- weather: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM places AS p LEFT JOIN (SELECT w.ts, w.t, w._file AS __id0, w._record AS __id1 FROM weather AS w LEFT JOIN meters AS m ON m.ts = w.ts WHERE w.station = p.station AND m.device = p.device) AS l ON l.t > 2 WHERE p.device = 'L4' AND NOT l.__id0 IS NULL
-- need not replay: a lateral join, whose rows a replay recombines

-- view
select p.device, (select sum(e) from meters m where m.device = p.device and e > (select min(t) from weather)) s
    from places p
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM places AS p CROSS JOIN LATERAL (SELECT m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device AND e > (SELECT MIN(t) FROM weather)) AS __inside(__id0, __id1) WHERE p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p WHERE p.device = 'L4'
-- weather: exact
SELECT DISTINCT __inside.__id0 AS _file, __inside.__id1 AS _record FROM places AS p CROSS JOIN LATERAL (SELECT weather._file AS __id0, weather._record AS __id1 FROM weather) AS __inside(__id0, __id1) WHERE p.device = 'L4'
-- replays

-- view
select p.device, l.e from places p, (select e from meters m where m.device = p.device order by e limit 1) l
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT l.__id0 AS _file, l.__id1 AS _record FROM places AS p, (SELECT __rows.__k0 AS e, __rows.__id0, __rows.__id1 FROM (SELECT e, m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE m.device = p.device) AS __rows(__k0, __id0, __id1) SEMI JOIN (SELECT __c0 FROM (SELECT e FROM meters AS m WHERE m.device = p.device) AS __all(__c0) QUALIFY RANK() OVER (ORDER BY __c0) <= 1) AS __kept(__c0) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0) AS l WHERE p.device = 'L4'
-- places: exact
SELECT DISTINCT p._file AS _file, p._record AS _record FROM places AS p, (SELECT e FROM meters AS m WHERE m.device = p.device ORDER BY e LIMIT 1) AS l WHERE p.device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines
