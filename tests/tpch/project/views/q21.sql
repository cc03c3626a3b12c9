/* ---
view: q21
description: Suppliers who alone were late with an order.
grain: [s_suppkey]
--- */
select s.s_suppkey, s.s_name, count(*) as numwait
from supplier s
join lineitem l on l.l_suppkey = s.s_suppkey
join orders o on o.o_orderkey = l.l_orderkey
join nation n on n.n_nationkey = s.s_nationkey
where o.o_orderstatus = 'F' and l.l_receiptdate > l.l_commitdate and n.n_name = 'SAUDI ARABIA'
  and exists (select 1 from lineitem a where a.l_orderkey = l.l_orderkey and a.l_suppkey <> l.l_suppkey)
  and not exists (
    select 1 from lineitem b
    where b.l_orderkey = l.l_orderkey and b.l_suppkey <> l.l_suppkey and b.l_receiptdate > b.l_commitdate)
group by s.s_suppkey, s.s_name
order by numwait desc, s.s_name
limit 100
