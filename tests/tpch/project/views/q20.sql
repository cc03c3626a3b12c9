/* ---
view: q20
description: Suppliers of a nation who have too much of a kind of part.
grain: [s_suppkey]
--- */
select s.s_suppkey, s.s_name, s.s_address
from supplier s
join nation n on n.n_nationkey = s.s_nationkey
where n.n_name = 'CANADA'
  and s.s_suppkey in (
    select ps.ps_suppkey
    from partsupp ps
    where ps.ps_partkey in (select p_partkey from part where p_name like 'f%')
      and ps.ps_availqty > (
        select 0.5 * sum(l_quantity)
        from lineitem
        where l_partkey = ps.ps_partkey and l_suppkey = ps.ps_suppkey
          and l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'))
