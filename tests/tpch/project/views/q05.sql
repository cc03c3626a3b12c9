/* ---
view: q05
description: Revenue between customers and suppliers of one nation.
grain: [n_name]
--- */
select n.n_name, sum(l.l_extendedprice * (1 - l.l_discount)) as revenue
from customer c
join orders o on o.o_custkey = c.c_custkey
join lineitem l on l.l_orderkey = o.o_orderkey
join supplier s on s.s_suppkey = l.l_suppkey and s.s_nationkey = c.c_nationkey
join nation n on n.n_nationkey = s.s_nationkey
join region r on r.r_regionkey = n.n_regionkey
where r.r_name = 'ASIA' and o.o_orderdate >= date '1994-01-01' and o.o_orderdate < date '1995-01-01'
group by n.n_name
