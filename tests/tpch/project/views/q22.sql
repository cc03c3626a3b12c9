/* ---
view: q22
description: Wealthy customers of some countries who do not order.
grain: [cntrycode]
--- */
with rich as (
  select c_custkey, substring(c_phone, 1, 2) as cntrycode, c_acctbal
  from customer
  where substring(c_phone, 1, 2) in ('13', '31', '23', '29', '30', '18', '17')
)
select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal
from rich
where c_acctbal > (select avg(c_acctbal) from rich where c_acctbal > 0)
  and not exists (select 1 from orders where o_custkey = rich.c_custkey)
group by cntrycode
