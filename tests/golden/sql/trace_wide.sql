-- view
select device, e from meters order by e desc limit 2 offset 1
-- where device = 'L4'
-- meters: wider: LIMIT: any row could have been among those kept
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters
-- replays

-- view
select device, e from meters order by ts limit 40%
-- where device = 'L4'
-- meters: wider: LIMIT: any row could have been among those kept
SELECT DISTINCT meters._file AS _file, meters._record AS _record FROM meters
-- replays

-- view
select device, count(*) as n from meters m group by device
        having n > (select 1 from places p where p.device = m.device)
-- where device = 'L4'
-- meters: exact
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS n, __rows.__id0, __rows.__id1 FROM (SELECT device, COUNT(*) AS n FROM meters AS m GROUP BY device HAVING n > (SELECT 1 FROM places AS p WHERE p.device = m.device)) AS __group(__c0, __c1) JOIN (SELECT device AS __k0, m._file AS __id0, m._record AS __id1 FROM meters AS m WHERE device = 'L4') AS __rows ON __group.__c0 IS NOT DISTINCT FROM __rows.__k0) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- places: wider: a correlated subquery
SELECT DISTINCT _file, _record FROM places
-- replays

-- view
with recursive r(n) as (select 1 union all select n + 1 from r, places where n < 3) select n from r
-- where n = 'L4'
-- places: wider: a recursive WITH
SELECT DISTINCT _file, _record FROM places
-- replays

-- view
select device, lag(e, n::int) over (order by ts, device) as l from (select *, 1 as n from meters)
-- where device = 'L4'
-- meters: wider: a distance between rows that is worked out
SELECT DISTINCT __row.__id0 AS _file, __row.__id1 AS _record FROM (SELECT __group.__c0 AS device, __group.__c1 AS l, __rows.__id0, __rows.__id1 FROM (SELECT device, LAG(e, CAST(n AS INT)) OVER (ORDER BY ts, device) AS l FROM (SELECT meters.device, meters.ts, meters.e, 1 AS n FROM meters)) AS __group(__c0, __c1) CROSS JOIN (SELECT __from.__id0 AS __id0, __from.__id1 AS __id1 FROM (SELECT meters.device, meters.ts, meters.e, 1 AS n, meters._file AS __id0, meters._record AS __id1 FROM meters) AS __from) AS __rows) AS __row(__c0, __c1, __id0, __id1) WHERE __row.__c0 = 'L4'
-- replays

-- view
select columns('d.*') from meters
-- where device = 'L4'
-- meters: wider: columns chosen by a pattern: COLUMNS('d.*')
SELECT DISTINCT _file, _record FROM meters
-- replays

-- view
select * from (pivot meters on device using sum(e) group by ts)
-- where device = 'L4'
-- meters: wider: PIVOT without a list of values: its columns depend on the data
SELECT DISTINCT _file, _record FROM meters
-- replays

-- view
select m.ts, w.t from meters m positional join weather w
-- where ts = 'L4'
-- meters: wider: a positional join
SELECT DISTINCT _file, _record FROM meters
-- weather: wider: a positional join
SELECT DISTINCT _file, _record FROM weather
-- replays
