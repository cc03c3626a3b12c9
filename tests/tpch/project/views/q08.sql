/* ---
view: q08
description: The share of a nation in a market.
grain: [o_year]
--- */
with sold as (
  select year(o.o_orderdate) as o_year, l.l_extendedprice * (1 - l.l_discount) as volume, sn.n_name as nation
  from part p
  join lineitem l on l.l_partkey = p.p_partkey
  join supplier s on s.s_suppkey = l.l_suppkey
  join orders o on o.o_orderkey = l.l_orderkey
  join customer c on c.c_custkey = o.o_custkey
  join nation cn on cn.n_nationkey = c.c_nationkey
  join region r on r.r_regionkey = cn.n_regionkey
  join nation sn on sn.n_nationkey = s.s_nationkey
  where r.r_name = 'AMERICA' and p.p_type = 'ECONOMY ANODIZED STEEL'
    and o.o_orderdate between date '1995-01-01' and date '1996-12-31'
)
select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share
from sold
group by o_year
