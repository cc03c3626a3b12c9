/* ---
view: q07
description: What two nations shipped to each other.
grain: [supp_nation, cust_nation, l_year]
--- */
select sn.n_name as supp_nation, cn.n_name as cust_nation, year(l.l_shipdate) as l_year,
       sum(l.l_extendedprice * (1 - l.l_discount)) as revenue
from lineitem l
join supplier s on s.s_suppkey = l.l_suppkey
join orders o on o.o_orderkey = l.l_orderkey
join customer c on c.c_custkey = o.o_custkey
join nation sn on sn.n_nationkey = s.s_nationkey
join nation cn on cn.n_nationkey = c.c_nationkey
where (sn.n_name, cn.n_name) in (('FRANCE', 'GERMANY'), ('GERMANY', 'FRANCE'))
  and l.l_shipdate between date '1995-01-01' and date '1996-12-31'
group by all
