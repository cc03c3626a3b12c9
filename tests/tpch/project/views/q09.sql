/* ---
view: q09
description: Profit with a kind of part by nation and year.
grain: [nation, o_year]
--- */
select n.n_name as nation, year(o.o_orderdate) as o_year,
       sum(l.l_extendedprice * (1 - l.l_discount) - ps.ps_supplycost * l.l_quantity) as sum_profit
from lineitem l
join part p on p.p_partkey = l.l_partkey
join partsupp ps on ps.ps_partkey = l.l_partkey and ps.ps_suppkey = l.l_suppkey
join supplier s on s.s_suppkey = l.l_suppkey
join orders o on o.o_orderkey = l.l_orderkey
join nation n on n.n_nationkey = s.s_nationkey
where p.p_name like '%green%'
group by n.n_name, year(o.o_orderdate)
