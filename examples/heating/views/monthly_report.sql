/* ---
view: monthly_report
description: Heat per substation and month, with how much of the month it speaks for.
owner: heat-operations
grain: [device, month]
columns:
  month: {description: "First day of the month."}
  heat_mwh: {unit: MWh, term: heat energy}
  unplaced_mwh: {unit: MWh, description: "Heat of gaps that ended in this month."}
  days: {description: "Days with known heat."}
  covered_share: {description: "Hours with known heat, of all hours of the month; 0 to 1."}
  mean_outdoor_c: {unit: °C, term: outdoor temperature}
expect:
  - {name: most of the month is covered, where: covered_share >= 0.9, otherwise: warn}
--- */
select
    device,
    date_trunc('month', day)::date as month,
    sum(heat_mwh::decimal(18, 6))::double as heat_mwh,
    sum(unplaced_mwh::decimal(18, 6))::double as unplaced_mwh,
    count(*) as days,
    sum(covered_hours::decimal(9, 4))::double / (24 * max(day(last_day(day)))) as covered_share,
    avg(outdoor_c::decimal(12, 6)) as mean_outdoor_c
from daily_heat
group by all
