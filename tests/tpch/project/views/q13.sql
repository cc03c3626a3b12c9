/* ---
view: q13
description: How many customers have how many orders.
grain: [c_count]
--- */
with counted as (
  select c.c_custkey, count(o.o_orderkey) as c_count
  from customer c
  left join orders o on o.o_custkey = c.c_custkey and o.o_comment not like '%special%requests%'
  group by c.c_custkey
)
select c_count, count(*) as custdist
from counted
group by c_count
