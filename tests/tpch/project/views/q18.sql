/* ---
view: q18
description: Customers with the largest orders.
grain: [o_orderkey]
--- */
select c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, sum(l.l_quantity) as quantity
from customer c
join orders o on o.o_custkey = c.c_custkey
join lineitem l on l.l_orderkey = o.o_orderkey
where o.o_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 250)
group by c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice
order by o.o_totalprice desc, o.o_orderdate, o.o_orderkey
limit 100
