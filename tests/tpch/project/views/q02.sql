/* ---
view: q02
description: The cheapest suppliers of a kind of part in a region.
grain: [p_partkey, s_suppkey]
--- */
with offers as (
  select p.p_partkey, p.p_mfgr, s.s_suppkey, s.s_acctbal, s.s_name, s.s_address, s.s_phone, s.s_comment, n.n_name,
         ps.ps_supplycost
  from part p
  join partsupp ps on ps.ps_partkey = p.p_partkey
  join supplier s on s.s_suppkey = ps.ps_suppkey
  join nation n on n.n_nationkey = s.s_nationkey
  join region r on r.r_regionkey = n.n_regionkey
  where p.p_size = 15 and p.p_type like '%BRASS' and r.r_name = 'EUROPE'
)
select o.*
from offers o
where o.ps_supplycost = (select min(other.ps_supplycost) from offers other where other.p_partkey = o.p_partkey)
order by o.s_acctbal desc, o.n_name, o.s_name, o.p_partkey
limit 100
