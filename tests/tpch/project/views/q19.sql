/* ---
view: q19
description: Revenue of parts that were handled in some ways.
grain: [handled]
--- */
select 'in person' as handled, sum(l.l_extendedprice * (1 - l.l_discount)) as revenue
from lineitem l
join part p on p.p_partkey = l.l_partkey
where l.l_shipinstruct = 'DELIVER IN PERSON' and l.l_shipmode in ('AIR', 'REG AIR')
  and (   (p.p_brand = 'Brand#12' and p.p_container like 'SM %' and l.l_quantity between 1 and 11 and p.p_size between 1 and 5)
       or (p.p_brand = 'Brand#23' and p.p_container like 'MED %' and l.l_quantity between 10 and 20 and p.p_size between 1 and 10)
       or (p.p_brand = 'Brand#34' and p.p_container like 'LG %' and l.l_quantity between 20 and 30 and p.p_size between 1 and 15))
