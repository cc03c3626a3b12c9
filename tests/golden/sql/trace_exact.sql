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
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT device AS device, ts AS ts, NULL AS t, __side.__id0 AS __id0, __side.__id1 AS __id1 FROM (SELECT device, ts, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __side) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, ts AS ts, t AS t FROM (SELECT ts, station AS device, t FROM weather) AS __side) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, ts AS ts, NULL AS t FROM (SELECT device, ts FROM meters) AS __side) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT device AS device, ts AS ts, t AS t, __side.__id0 AS __id0, __side.__id1 AS __id1 FROM (SELECT ts, station AS device, t, weather._file AS __id0, weather._record AS __id1 FROM weather) AS __side) AS __branch) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
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
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS e, __rows.__id0, __rows.__id1 FROM (SELECT meters.device, meters.ts, meters.e, device AS __key0, {'o0': ts} AS __end0 FROM meters QUALIFY ROW_NUMBER() OVER (PARTITION BY device ORDER BY ts DESC) = 1) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT device AS __k0, ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c3 IS NOT DISTINCT FROM __rows.__k0 AND NOT (COALESCE(__group.__c4.o0 > __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
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
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE 1 = 'L4'
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
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __rows.__k0 AS device, __rows.__k1 AS e, __rows.__id0, __rows.__id1 FROM (SELECT __group.__c0 AS device, __group.__c1 AS e, __rows.__id0, __rows.__id1 FROM (SELECT device, e, {'o0': e} AS __end0 FROM meters WHERE NOT e IS NULL QUALIFY ROW_NUMBER() OVER (ORDER BY e) < 4) AS __group(__c0, __c1, __c2) JOIN (SELECT e AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE NOT e IS NULL) AS __rows ON NOT (COALESCE(__group.__c2.o0 < __rows.__v0, NOT __group.__c2.o0 IS NULL AND __rows.__v0 IS NULL))) AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT device, e FROM meters WHERE NOT e IS NULL QUALIFY ROW_NUMBER() OVER (ORDER BY e) < 4) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
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

-- view
select device, sum(e) as s from meters group by rollup (device)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT device AS device, NULL AS s, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, SUM(e) AS s FROM meters) AS __empty WHERE FALSE) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, SUM(e) AS s FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT CASE WHEN FALSE THEN device END AS device, NULL AS s, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE CASE WHEN FALSE THEN device END = 'L4') AS __branch) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device, sum(e) as s from meters group by grouping sets ((device), ())
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT device AS device, NULL AS s, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, SUM(e) AS s FROM meters) AS __empty WHERE FALSE) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, SUM(e) AS s FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT CASE WHEN FALSE THEN device END AS device, NULL AS s, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE CASE WHEN FALSE THEN device END = 'L4') AS __branch) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device, ts::date as day, coalesce(device, 'all') as who, grouping(device, day) as level, sum(e) as s
    from meters where e > 1 group by cube (device, day) having count(*) > 1 or device is null
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS "day", __group.__c2 AS who, __group.__c3 AS level, __group.__c4 AS s, __rows.__id0, __rows.__id1 FROM (SELECT device AS device, CAST(ts AS DATE) AS "day", COALESCE(device, 'all') AS who, CAST(0 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 1 OR device IS NULL) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT device AS __k0, CAST(ts AS DATE) AS __k1, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 1 AND device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND __group.__c1 IS NOT DISTINCT FROM __rows.__k1) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(device, 'all') AS who, CAST(1 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device HAVING COUNT(*) > 1 OR device IS NULL) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, CAST(ts AS DATE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(2 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY CAST(ts AS DATE) HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(3 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT * FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, CAST(ts AS DATE) AS "day", COALESCE(device, 'all') AS who, CAST(0 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 1 OR device IS NULL) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS "day", __group.__c2 AS who, __group.__c3 AS level, __group.__c4 AS s, __rows.__id0, __rows.__id1 FROM (SELECT device AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(device, 'all') AS who, CAST(1 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device HAVING COUNT(*) > 1 OR device IS NULL) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 1 AND device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __branch) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, CAST(ts AS DATE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(2 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY CAST(ts AS DATE) HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(3 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, CAST(ts AS DATE) AS "day", COALESCE(device, 'all') AS who, CAST(0 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 1 OR device IS NULL UNION ALL SELECT device AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(device, 'all') AS who, CAST(1 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device HAVING COUNT(*) > 1 OR device IS NULL) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS "day", __group.__c2 AS who, __group.__c3 AS level, __group.__c4 AS s, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, CAST(ts AS DATE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(2 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY CAST(ts AS DATE) HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT CAST(ts AS DATE) AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 1) AS __rows ON __group.__c1 IS NOT DISTINCT FROM __rows.__k0) AS __branch) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(3 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, CAST(ts AS DATE) AS "day", COALESCE(device, 'all') AS who, CAST(0 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 1 OR device IS NULL UNION ALL SELECT device AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(device, 'all') AS who, CAST(1 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY device HAVING COUNT(*) > 1 OR device IS NULL UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS device, CAST(ts AS DATE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(2 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 GROUP BY CAST(ts AS DATE) HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS "day", __group.__c2 AS who, __group.__c3 AS level, __group.__c4 AS s, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, MAX(CAST(ts AS DATE)) FILTER(WHERE FALSE) AS "day", COALESCE(MAX(device) FILTER(WHERE FALSE), 'all') AS who, CAST(3 AS BIGINT) AS level, SUM(e) AS s FROM meters WHERE e > 1 HAVING COUNT(*) > 1 OR MAX(device) FILTER(WHERE FALSE) IS NULL) AS __group(__c0, __c1, __c2, __c3, __c4) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters WHERE e > 1) AS __rows) AS __branch) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select m.device, t, count(*) as n from meters m left join weather w using (ts) group by m.device, rollup (t)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT m.device AS device, t AS t, NULL AS n, m._file AS __id0, m._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT m.device AS device, MAX(t) FILTER(WHERE FALSE) AS t, COUNT(*) AS n FROM meters AS m LEFT JOIN weather AS w USING (ts) GROUP BY m.device) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT m.device AS device, t AS t, COUNT(*) AS n FROM meters AS m LEFT JOIN weather AS w USING (ts) GROUP BY m.device, t) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT m.device AS device, CASE WHEN FALSE THEN t END AS t, NULL AS n, m._file AS __id0, m._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __branch) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT * FROM (SELECT m.device AS device, t AS t, NULL AS n, w._file AS __id0, w._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT m.device AS device, MAX(t) FILTER(WHERE FALSE) AS t, COUNT(*) AS n FROM meters AS m LEFT JOIN weather AS w USING (ts) GROUP BY m.device) AS __empty WHERE FALSE) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' AND NOT __row.__id0 IS NULL UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT m.device AS device, t AS t, COUNT(*) AS n FROM meters AS m LEFT JOIN weather AS w USING (ts) GROUP BY m.device, t) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT m.device AS device, CASE WHEN FALSE THEN t END AS t, NULL AS n, w._file AS __id0, w._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __branch) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' AND NOT __row.__id0 IS NULL
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select s, sum(n) as n from (select device, coalesce(device, '-') as s, count(*) as n from meters
    group by rollup (device)) group by s
-- where s = 'L4'
-- meters: exact
SELECT DISTINCT __from.__id0 AS _file, __from.__id1 AS _record FROM (SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __group.__c2 AS n, __rows.__id0, __rows.__id1 FROM (SELECT device AS device, COALESCE(device, '-') AS s, COUNT(*) AS n FROM meters GROUP BY device) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, COALESCE(MAX(device) FILTER(WHERE FALSE), '-') AS s, COUNT(*) AS n FROM meters) AS __empty WHERE FALSE) AS __from WHERE s = 'L4' UNION SELECT DISTINCT __from.__id0 AS _file, __from.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS device, COALESCE(device, '-') AS s, COUNT(*) AS n FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __group.__c2 AS n, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS device, COALESCE(MAX(device) FILTER(WHERE FALSE), '-') AS s, COUNT(*) AS n FROM meters) AS __group(__c0, __c1, __c2) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __branch) AS __from WHERE s = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select distinct device, count(*) as n from meters group by cube (device, ts::date)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __grouped.__id0 AS _file, __grouped.__id1 AS _record FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1, CAST(ts AS DATE) AS __key1 FROM meters GROUP BY device, CAST(ts AS DATE)) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, CAST(ts AS DATE) AS __k1, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND __group.__c2 IS NOT DISTINCT FROM __rows.__k1) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY CAST(ts AS DATE)) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters) AS __empty WHERE FALSE) AS __grouped WHERE __grouped.__of0 = 'L4' UNION SELECT DISTINCT __grouped.__id0 AS _file, __grouped.__id1 AS _record FROM (SELECT * FROM (SELECT * FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device, CAST(ts AS DATE)) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __branch) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY CAST(ts AS DATE)) AS __empty WHERE FALSE) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters) AS __empty WHERE FALSE) AS __grouped WHERE __grouped.__of0 = 'L4' UNION SELECT DISTINCT __grouped.__id0 AS _file, __grouped.__id1 AS _record FROM (SELECT * FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device, CAST(ts AS DATE) UNION ALL SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1, CAST(ts AS DATE) AS __key0 FROM meters GROUP BY CAST(ts AS DATE)) AS __group(__c0, __c1, __c2) JOIN (SELECT CAST(ts AS DATE) AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c2 IS NOT DISTINCT FROM __rows.__k0) AS __branch) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters) AS __empty WHERE FALSE) AS __grouped WHERE __grouped.__of0 = 'L4' UNION SELECT DISTINCT __grouped.__id0 AS _file, __grouped.__id1 AS _record FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device, CAST(ts AS DATE) UNION ALL SELECT device AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY device UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters GROUP BY CAST(ts AS DATE)) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, COUNT(*) AS __of1 FROM meters) AS __group(__c0, __c1) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __branch) AS __grouped WHERE __grouped.__of0 = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device, sum(e) as s from meters group by rollup (device) order by s desc limit 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __rows.__id0 AS _file, __rows.__id1 AS _record FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, SUM(e) AS __of1 FROM meters) AS __empty WHERE FALSE) AS __grouped WHERE __grouped.__of0 = 'L4') AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, SUM(e) AS __of1 FROM meters) AS __grouped) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1 DESC) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1 UNION SELECT DISTINCT __rows.__id0 AS _file, __rows.__id1 AS _record FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, SUM(e) AS __of1 FROM meters) AS __group(__c0, __c1) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __branch) AS __grouped WHERE __grouped.__of0 = 'L4') AS __rows(__k0, __k1, __id0, __id1) SEMI JOIN (SELECT __c0, __c1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, SUM(e) AS __of1 FROM meters) AS __grouped) AS __all(__c0, __c1) QUALIFY RANK() OVER (ORDER BY __c1 DESC) <= 2) AS __kept(__c0, __c1) ON __rows.__k0 IS NOT DISTINCT FROM __kept.__c0 AND __rows.__k1 IS NOT DISTINCT FROM __kept.__c1
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select device, sum(e) as s, rank() over (order by sum(e)) as place from meters group by device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __group.__c2 AS place, __rows.__id0, __rows.__id1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s, RANK() OVER (ORDER BY __grouped.__of1) AS place, {'o0': __grouped.__of1} AS __end0 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __grouped) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT __grouped.__of1 AS __v0, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __grouped) AS __rows ON NOT (COALESCE(__group.__c3.o0 < __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts::date as day, sum(e) / sum(sum(e)) over (partition by m.device) as share from meters m
    group by 1, 2 having count(*) > 0 qualify row_number() over (partition by device order by day) = 1
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS "day", __group.__c2 AS share, __rows.__id0, __rows.__id1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS "day", __grouped.__of2 / SUM(__grouped.__of2) OVER (PARTITION BY __grouped.__of0) AS share, __grouped.__of0 AS __key0 FROM (SELECT device AS __of0, CAST(ts AS DATE) AS __of1, SUM(e) AS __of2 FROM meters AS m GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 0) AS __grouped QUALIFY ROW_NUMBER() OVER (PARTITION BY __grouped.__of0 ORDER BY __grouped.__of1) = 1) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT __grouped.__of0 AS __k0, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __group.__c2 AS __of2, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, CAST(ts AS DATE) AS __of1, SUM(e) AS __of2 FROM meters AS m GROUP BY device, CAST(ts AS DATE) HAVING COUNT(*) > 0) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, CAST(ts AS DATE) AS __k1, m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND __group.__c1 IS NOT DISTINCT FROM __rows.__k1) AS __grouped WHERE __grouped.__of0 = 'L4') AS __rows ON __group.__c3 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, grouping(device) as level, max(sum(e)) over (partition by level) as top from meters
    group by rollup (device)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS level, __group.__c2 AS top, __rows.__id0, __rows.__id1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS level, MAX(__grouped.__of2) OVER (PARTITION BY __grouped.__of1) AS top, __grouped.__of1 AS __key0 FROM (SELECT device AS __of0, CAST(0 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters GROUP BY device UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, CAST(1 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters) AS __grouped) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT __grouped.__of1 AS __k0, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __group.__c2 AS __of2, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, CAST(0 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters GROUP BY device) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __branch UNION ALL SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, CAST(1 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters) AS __empty WHERE FALSE) AS __grouped) AS __rows ON __group.__c3 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS level, __group.__c2 AS top, __rows.__id0, __rows.__id1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS level, MAX(__grouped.__of2) OVER (PARTITION BY __grouped.__of1) AS top, __grouped.__of1 AS __key0 FROM (SELECT device AS __of0, CAST(0 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters GROUP BY device UNION ALL SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, CAST(1 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters) AS __grouped) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT __grouped.__of1 AS __k0, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT *, NULL AS __id0, NULL AS __id1 FROM (SELECT device AS __of0, CAST(0 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters GROUP BY device) AS __empty WHERE FALSE UNION ALL SELECT * FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __group.__c2 AS __of2, __rows.__id0, __rows.__id1 FROM (SELECT MAX(device) FILTER(WHERE FALSE) AS __of0, CAST(1 AS BIGINT) AS __of1, SUM(e) AS __of2 FROM meters) AS __group(__c0, __c1, __c2) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __branch) AS __grouped) AS __rows ON __group.__c3 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- need not replay: meters is read more than once, and not only selected and joined

-- view
select distinct on (device) device, ts::date as day, sum(e) as s from meters group by all order by 1, s desc
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __grouped.__id0 AS _file, __grouped.__id1 AS _record FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __group.__c2 AS __of2, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, CAST(ts AS DATE) AS __of1, SUM(e) AS __of2 FROM meters GROUP BY device, CAST(ts AS DATE)) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, CAST(ts AS DATE) AS __k1, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND __group.__c1 IS NOT DISTINCT FROM __rows.__k1) AS __grouped WHERE __grouped.__of0 = 'L4'
-- replays

-- view
select distinct on (device) device, e / max(e) over (partition by device) as share from meters
    order by device, share desc nulls last
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __windowed.__id0 AS _file, __windowed.__id1 AS _record FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, e / MAX(e) OVER (PARTITION BY device) AS __of1, device AS __key0 FROM meters) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c2 IS NOT DISTINCT FROM __rows.__k0) AS __windowed WHERE __windowed.__of0 = 'L4'
-- replays

-- view
from (pivot meters on device in ('L4', 'L8') using sum(e) as s, count(*) as n group by ts)
-- where ts = 'L4'
-- meters: exact
SELECT DISTINCT __from.__id0 AS _file, __from.__id1 AS _record FROM (SELECT __group.__c0 AS ts, __group.__c1 AS "L4_s", __group.__c2 AS "L4_n", __group.__c3 AS "L8_s", __group.__c4 AS "L8_n", __rows.__id0, __rows.__id1 FROM (SELECT ts AS ts, SUM(e) FILTER(WHERE device IS NOT DISTINCT FROM 'L4') AS "L4_s", COUNT(*) FILTER(WHERE device IS NOT DISTINCT FROM 'L4') AS "L4_n", SUM(e) FILTER(WHERE device IS NOT DISTINCT FROM 'L8') AS "L8_s", COUNT(*) FILTER(WHERE device IS NOT DISTINCT FROM 'L8') AS "L8_n" FROM meters GROUP BY ts) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT ts AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE ts = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __from WHERE ts = 'L4'
-- replays

-- view
pivot meters on device in ('L4', 'L8') using max(e)
-- where ts = 'L4'
-- meters: exact
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters WHERE ts = 'L4'
-- replays

-- view
select ts, four from meters pivot (sum(e) for device in ('L4' as four, 'L8') group by ts) as p where four > 1
-- where ts = 'L4'
-- meters: exact
SELECT DISTINCT p.__id0 AS _file, p.__id1 AS _record FROM (SELECT __group.__c0 AS ts, __group.__c1 AS four, __group.__c2 AS "L8", __rows.__id0, __rows.__id1 FROM (SELECT ts AS ts, SUM(e) FILTER(WHERE device IS NOT DISTINCT FROM 'L4') AS four, SUM(e) FILTER(WHERE device IS NOT DISTINCT FROM 'L8') AS "L8" FROM meters GROUP BY ts) AS __group(__c0, __c1, __c2) JOIN (SELECT ts AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE ts = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS p WHERE four > 1 AND ts = 'L4'
-- replays

-- view
with p as (pivot daily on device in ('L4', 'L8') using sum(heat)) select day, L4 - L8 as more from p
-- where day = 'L4'
-- daily: exact
SELECT DISTINCT p.__id0 AS device, p.__id1 AS "day" FROM (SELECT __group.__c0 AS "day", __group.__c1 AS "L4", __group.__c2 AS "L8", __rows.__id0, __rows.__id1 FROM (SELECT "day" AS "day", SUM(heat) FILTER(WHERE device IS NOT DISTINCT FROM 'L4') AS "L4", SUM(heat) FILTER(WHERE device IS NOT DISTINCT FROM 'L8') AS "L8" FROM daily GROUP BY "day") AS __group(__c0, __c1, __c2) JOIN (SELECT "day" AS __k0, daily.device AS __id0, daily."day" AS __id1 FROM daily WHERE "day" = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS p("day", "L4", "L8", __id0, __id1) WHERE day = 'L4'
-- replays

-- view
unpivot weather on ts::varchar, t::varchar into name what value said
-- where station = 'L4'
-- weather: exact
SELECT DISTINCT long.__id0 AS _file, long.__id1 AS _record FROM (SELECT station AS station, UNNEST(['ts', 't']) AS what, UNNEST([CAST(ts AS TEXT), CAST(t AS TEXT)]) AS said, weather._file AS __id0, weather._record AS __id1 FROM weather WHERE station = 'L4') AS long WHERE NOT said IS NULL AND station = 'L4'
-- replays

-- view
select station, what, v from weather unpivot include nulls (v for what in (t, t as again))
-- where station = 'L4'
-- weather: exact
SELECT DISTINCT __unnamed_pivot.__id0 AS _file, __unnamed_pivot.__id1 AS _record FROM (SELECT station AS station, ts AS ts, what AS what, v AS v, long.__id0 AS __id0, long.__id1 AS __id1 FROM (SELECT station AS station, ts AS ts, UNNEST(['t', 'again']) AS what, UNNEST([t, t]) AS v, weather._file AS __id0, weather._record AS __id1 FROM weather WHERE station = 'L4') AS long WHERE station = 'L4') AS __unnamed_pivot WHERE station = 'L4'
-- replays

-- view
select what, sum(v) as v from (unpivot (select e, e * 2 as twice from meters) on * into name what value v)
    group by what
-- where what = 'L4'
-- meters: exact
SELECT DISTINCT __from.__id0 AS _file, __from.__id1 AS _record FROM (SELECT what AS what, v AS v, long.__id0 AS __id0, long.__id1 AS __id1 FROM (SELECT UNNEST(['e', 'twice']) AS what, UNNEST([e, twice]) AS v, __from.__id0 AS __id0, __from.__id1 AS __id1 FROM (SELECT e, e * 2 AS twice, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __from) AS long WHERE NOT v IS NULL AND what = 'L4') AS __from WHERE what = 'L4'
-- replays

-- view
select device, sum(e) over (partition by device order by ts) as running from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS running, __rows.__id0, __rows.__id1 FROM (SELECT device, SUM(e) OVER (PARTITION BY device ORDER BY ts) AS running, {'o0': ts} AS __end0 FROM meters) AS __group(__c0, __c1, __c2) JOIN (SELECT device AS __k0, ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT (COALESCE(__group.__c2.o0 < __rows.__v0, NOT __group.__c2.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, count(*) over (order by ts desc, device nulls first rows unbounded preceding) as n from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS n, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, COUNT(*) OVER (ORDER BY ts DESC, device NULLS FIRST rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) AS n, {'o0': ts, 'o1': device} AS __end0 FROM meters) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT ts AS __v0, device AS __v1, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT (COALESCE(__group.__c3.o0 > __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL) OR (__group.__c3.o0 IS NOT DISTINCT FROM __rows.__v0 AND COALESCE(__group.__c3.o1 < __rows.__v1, __group.__c3.o1 IS NULL AND NOT __rows.__v1 IS NULL)))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, first_value(e ignore nulls) over (partition by device order by ts) as f from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, FIRST_VALUE(e IGNORE NULLS) OVER (PARTITION BY device ORDER BY ts) AS f, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS f, __rows.__id0, __rows.__id1 FROM (SELECT device, FIRST_VALUE(e IGNORE NULLS) OVER (PARTITION BY device ORDER BY ts) AS f, {'o0': ts} AS __end0, FIRST_VALUE(CASE WHEN NOT e IS NULL THEN {'o0': ts} END IGNORE NULLS) OVER (PARTITION BY device ORDER BY ts) AS __end1, FIRST_VALUE(CASE WHEN NOT e IS NULL THEN {'o0': ts} END IGNORE NULLS) OVER (PARTITION BY device ORDER BY ts) AS __end2 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT device AS __k0, ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT __group.__c3 IS NULL AND NOT __group.__c4 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c3.o0, NOT __rows.__v0 IS NULL AND __group.__c3.o0 IS NULL)) AND NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, lag(e, 2) over (order by ts, device) as two,
    lead(e ignore nulls) over (order by ts, device) as l from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS two, __group.__c3 AS l, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, LAG(e, 2) OVER (ORDER BY ts, device) AS two, LEAD(e IGNORE NULLS) OVER (ORDER BY ts, device) AS l, {'o0': ts, 'o1': device} AS __end0, LAG({'o0': ts, 'o1': device}, 2) OVER (ORDER BY ts, device) AS __end1 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5) JOIN (SELECT ts AS __v0, device AS __v1, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT __group.__c5 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c5.o0, NOT __rows.__v0 IS NULL AND __group.__c5.o0 IS NULL) OR (__rows.__v0 IS NOT DISTINCT FROM __group.__c5.o0 AND COALESCE(__rows.__v1 < __group.__c5.o1, NOT __rows.__v1 IS NULL AND __group.__c5.o1 IS NULL))) AND NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL) OR (__group.__c4.o0 IS NOT DISTINCT FROM __rows.__v0 AND COALESCE(__group.__c4.o1 < __rows.__v1, NOT __group.__c4.o1 IS NULL AND __rows.__v1 IS NULL)))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS two, __group.__c3 AS l, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, LAG(e, 2) OVER (ORDER BY ts, device) AS two, LEAD(e IGNORE NULLS) OVER (ORDER BY ts, device) AS l, {'o0': ts, 'o1': device} AS __end0, LEAD(CASE WHEN NOT e IS NULL THEN {'o0': ts, 'o1': device} END IGNORE NULLS) OVER (ORDER BY ts, device) AS __end1 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5) JOIN (SELECT ts AS __v0, device AS __v1, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT __group.__c5 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c4.o0, NOT __rows.__v0 IS NULL AND __group.__c4.o0 IS NULL) OR (__rows.__v0 IS NOT DISTINCT FROM __group.__c4.o0 AND COALESCE(__rows.__v1 < __group.__c4.o1, NOT __rows.__v1 IS NULL AND __group.__c4.o1 IS NULL))) AND NOT (COALESCE(__group.__c5.o0 < __rows.__v0, NOT __group.__c5.o0 IS NULL AND __rows.__v0 IS NULL) OR (__group.__c5.o0 IS NOT DISTINCT FROM __rows.__v0 AND COALESCE(__group.__c5.o1 < __rows.__v1, NOT __group.__c5.o1 IS NULL AND __rows.__v1 IS NULL)))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, sum(e) over (order by ts range between interval 1 hour preceding and current row) as near,
    max(e) over (order by ts, device rows between 3 preceding and 2 preceding) as before from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS near, __group.__c3 AS before, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts range BETWEEN INTERVAL '1' HOUR preceding AND CURRENT ROW) AS near, MAX(e) OVER (ORDER BY ts, device rows BETWEEN 3 preceding AND 2 preceding) AS before, {'o0': ts} AS __end0, FIRST_VALUE({'o0': ts}) OVER (ORDER BY ts range BETWEEN INTERVAL '1' HOUR preceding AND CURRENT ROW) AS __end1 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5) JOIN (SELECT ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT __group.__c5 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c5.o0, NOT __rows.__v0 IS NULL AND __group.__c5.o0 IS NULL)) AND NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS near, __group.__c3 AS before, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts range BETWEEN INTERVAL '1' HOUR preceding AND CURRENT ROW) AS near, MAX(e) OVER (ORDER BY ts, device rows BETWEEN 3 preceding AND 2 preceding) AS before, {'o0': ts, 'o1': device} AS __end0, FIRST_VALUE({'o0': ts, 'o1': device}) OVER (ORDER BY ts, device rows BETWEEN 3 preceding AND 2 preceding) AS __end1, LAST_VALUE({'o0': ts, 'o1': device}) OVER (ORDER BY ts, device rows BETWEEN 3 preceding AND 2 preceding) AS __end2 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5, __c6) JOIN (SELECT ts AS __v0, device AS __v1, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT __group.__c5 IS NULL AND NOT __group.__c6 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c5.o0, NOT __rows.__v0 IS NULL AND __group.__c5.o0 IS NULL) OR (__rows.__v0 IS NOT DISTINCT FROM __group.__c5.o0 AND COALESCE(__rows.__v1 < __group.__c5.o1, NOT __rows.__v1 IS NULL AND __group.__c5.o1 IS NULL))) AND NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL) OR (__group.__c4.o0 IS NOT DISTINCT FROM __rows.__v0 AND COALESCE(__group.__c4.o1 < __rows.__v1, NOT __group.__c4.o1 IS NULL AND __rows.__v1 IS NULL)))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, sum(e) over (order by ts groups between 1 preceding and 1 following exclude group) as g,
    nth_value(e, 2) over (partition by device order by ts) as second from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts groups BETWEEN 1 preceding AND 1 following EXCLUDE GROUP) AS g, NTH_VALUE(e, 2) OVER (PARTITION BY device ORDER BY ts) AS second, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS g, __group.__c3 AS "second", __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts groups BETWEEN 1 preceding AND 1 following EXCLUDE GROUP) AS g, NTH_VALUE(e, 2) OVER (PARTITION BY device ORDER BY ts) AS second, {'o0': ts} AS __end0, FIRST_VALUE({'o0': ts}) OVER (ORDER BY ts groups BETWEEN 1 preceding AND 1 following) AS __end1, LAST_VALUE({'o0': ts}) OVER (ORDER BY ts groups BETWEEN 1 preceding AND 1 following) AS __end2 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5, __c6) JOIN (SELECT ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT __group.__c5 IS NULL AND NOT __group.__c6 IS NULL AND NOT (COALESCE(__rows.__v0 < __group.__c5.o0, NOT __rows.__v0 IS NULL AND __group.__c5.o0 IS NULL)) AND NOT (COALESCE(__group.__c6.o0 < __rows.__v0, NOT __group.__c6.o0 IS NULL AND __rows.__v0 IS NULL)) AND NOT (__rows.__v0 IS NOT DISTINCT FROM __group.__c4.o0)) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS g, __group.__c3 AS "second", __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts groups BETWEEN 1 preceding AND 1 following EXCLUDE GROUP) AS g, NTH_VALUE(e, 2) OVER (PARTITION BY device ORDER BY ts) AS second, {'o0': ts} AS __end0, NTH_VALUE({'o0': ts}, 2) OVER (PARTITION BY device ORDER BY ts) AS __end1 FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4, __c5) JOIN (SELECT device AS __k0, ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT __group.__c5 IS NULL AND NOT (COALESCE(__group.__c5.o0 < __rows.__v0, NOT __group.__c5.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select m.device, m.ts, sum(w.t) over (partition by m.device order by m.ts) as s
    from meters m left join weather w using (ts)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS s, __rows.__id0, __rows.__id1 FROM (SELECT m.device, m.ts, SUM(w.t) OVER (PARTITION BY m.device ORDER BY m.ts) AS s, {'o0': m.ts} AS __end0 FROM meters AS m LEFT JOIN weather AS w USING (ts)) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT m.device AS __k0, m.ts AS __v0, m._file AS __id0, m._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT (COALESCE(__group.__c3.o0 < __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- weather: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS s, __rows.__id0, __rows.__id1 FROM (SELECT m.device, m.ts, SUM(w.t) OVER (PARTITION BY m.device ORDER BY m.ts) AS s, {'o0': m.ts} AS __end0 FROM meters AS m LEFT JOIN weather AS w USING (ts)) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT m.device AS __k0, m.ts AS __v0, w._file AS __id0, w._record AS __id1 FROM meters AS m LEFT JOIN weather AS w USING (ts) WHERE m.device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT (COALESCE(__group.__c3.o0 < __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4' AND NOT __row.__id0 IS NULL
-- replays

-- view
select device, ts, rank() over (order by e desc) as r from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS r, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, RANK() OVER (ORDER BY e DESC) AS r, {'o0': e} AS __end0 FROM meters) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT e AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON NOT (COALESCE(__group.__c3.o0 > __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, e from meters qualify row_number() over (partition by device order by ts) = 2
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS e, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, e, {'o0': ts} AS __end0 FROM meters QUALIFY ROW_NUMBER() OVER (PARTITION BY device ORDER BY ts) = 2) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT device AS __k0, ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0 AND NOT (COALESCE(__group.__c3.o0 < __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, cume_dist() over (order by e) as c, ntile(2) over (partition by device order by ts) as n,
    rank() over (order by ts) as r from meters
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS c, __group.__c3 AS n, __group.__c4 AS r, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, CUME_DIST() OVER (ORDER BY e) AS c, NTILE(2) OVER (PARTITION BY device ORDER BY ts) AS n, RANK() OVER (ORDER BY ts) AS r FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4) CROSS JOIN (SELECT meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS c, __group.__c3 AS n, __group.__c4 AS r, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, CUME_DIST() OVER (ORDER BY e) AS c, NTILE(2) OVER (PARTITION BY device ORDER BY ts) AS n, RANK() OVER (ORDER BY ts) AS r FROM meters) AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __c2, __c3, __c4, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, ts, sum(e) over (order by ts) as up, rank() over (order by e) as r from meters
    where device = 'L4'
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS up, __group.__c3 AS r, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts) AS up, RANK() OVER (ORDER BY e) AS r, {'o0': ts} AS __end0 FROM meters WHERE device = 'L4') AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT ts AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4' UNION SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS ts, __group.__c2 AS up, __group.__c3 AS r, __rows.__id0, __rows.__id1 FROM (SELECT device, ts, SUM(e) OVER (ORDER BY ts) AS up, RANK() OVER (ORDER BY e) AS r, {'o0': e} AS __end0 FROM meters WHERE device = 'L4') AS __group(__c0, __c1, __c2, __c3, __c4) JOIN (SELECT e AS __v0, meters._file AS __id0, meters._record AS __id1 FROM meters WHERE device = 'L4') AS __rows ON NOT (COALESCE(__group.__c4.o0 < __rows.__v0, NOT __group.__c4.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __c3, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, sum(e) as s, sum(sum(e)) over (order by device) as running from meters group by device
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS s, __group.__c2 AS running, __rows.__id0, __rows.__id1 FROM (SELECT __grouped.__of0 AS device, __grouped.__of1 AS s, SUM(__grouped.__of1) OVER (ORDER BY __grouped.__of0) AS running, {'o0': __grouped.__of0} AS __end0 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __grouped) AS __group(__c0, __c1, __c2, __c3) JOIN (SELECT __grouped.__of0 AS __v0, __grouped.__id0 AS __id0, __grouped.__id1 AS __id1 FROM (SELECT __group.__c0 AS __of0, __group.__c1 AS __of1, __rows.__id0, __rows.__id1 FROM (SELECT device AS __of0, SUM(e) AS __of1 FROM meters GROUP BY device) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __grouped) AS __rows ON NOT (COALESCE(__group.__c3.o0 < __rows.__v0, NOT __group.__c3.o0 IS NULL AND __rows.__v0 IS NULL))) AS __row(__c0, __c1, __c2, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select device, tag from places, unnest(tags) as u(tag)
-- where device = 'L4'
-- places: exact
SELECT DISTINCT places._file AS _file, places._record AS _record FROM places JOIN UNNEST(tags) AS u(tag) ON TRUE WHERE device = 'L4'
-- replays

-- view
select device, t.tag from places cross join lateral (select unnest(tags) as tag) t
-- where device = 'L4'
-- places: exact
SELECT DISTINCT places._file AS _file, places._record AS _record FROM places CROSS JOIN LATERAL (SELECT UNNEST(tags) AS tag) AS t WHERE device = 'L4'
-- need not replay: a lateral join, whose rows a replay recombines
