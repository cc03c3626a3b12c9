/* ---
view: q17
description: What small orders of a kind of part are worth in a year.
grain: [brand]
--- */
select 'Brand#23' as brand, sum(l.l_extendedprice) / 7.0 as avg_yearly
from lineitem l
join part p on p.p_partkey = l.l_partkey
where p.p_brand = 'Brand#23' and p.p_container like '%BOX'
  and l.l_quantity < (select 0.2 * avg(other.l_quantity) from lineitem other where other.l_partkey = p.p_partkey)
