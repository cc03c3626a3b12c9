/* ---
view: q11
description: Parts that are a notable share of the stock of a nation.
grain: [ps_partkey]
--- */
with stock as (
  select ps.ps_partkey, ps.ps_supplycost * ps.ps_availqty as value
  from partsupp ps
  join supplier s on s.s_suppkey = ps.ps_suppkey
  join nation n on n.n_nationkey = s.s_nationkey
  where n.n_name = 'GERMANY'
)
select ps_partkey, sum(value) as value
from stock
group by ps_partkey
having sum(value) > (select sum(value) * 0.01 from stock)
