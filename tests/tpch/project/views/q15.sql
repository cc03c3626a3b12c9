/* ---
view: q15
description: The suppliers with most revenue in a quarter.
grain: [s_suppkey]
--- */
with revenue as (
  select l_suppkey as supplier_no, sum(l_extendedprice * (1 - l_discount)) as total_revenue
  from lineitem
  where l_shipdate >= date '1996-01-01' and l_shipdate < date '1996-04-01'
  group by l_suppkey
)
select s.s_suppkey, s.s_name, s.s_address, s.s_phone, r.total_revenue
from supplier s
join revenue r on r.supplier_no = s.s_suppkey
where r.total_revenue = (select max(total_revenue) from revenue)
