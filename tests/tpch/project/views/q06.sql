/* ---
view: q06
description: What small discounts cost in a year.
grain: [year]
--- */
select 1994 as year, sum(l_extendedprice * l_discount) as revenue
from lineitem
where year(l_shipdate) = 1994 and l_discount between 0.05 and 0.07 and l_quantity < 24
