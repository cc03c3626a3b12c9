/* ---
view: daily_heat
description: Heat used per substation and local day, beside that day's weather where there is any.
owner: heat-operations
grain: [device, day]
columns:
  device: {term: substation}
  day: {description: "Calendar day in Europe/Belgrade; a reading at midnight closes the day before."}
  heat_mwh: {unit: MWh, term: heat energy, description: "Growth of the counter over steps of at most three hours."}
  unplaced_mwh: {unit: MWh, description: "Growth over longer gaps, which ended on this day; it cannot be given to days."}
  refused_mwh: {unit: MWh, description: "Growth that no pipe could have carried; not heat."}
  covered_hours: {unit: h, description: "Hours of the day for which the heat is known."}
  readings: {description: "Readings of the meter on that day."}
  outdoor_c: {unit: °C, term: outdoor temperature}
  humidity_percent: {unit: "%", term: relative humidity}
  wind_kmh: {unit: km/h, term: wind speed}
expect:
  - {name: some heat is known, where: heat_mwh is not null, otherwise: quarantine}
  - {name: heat is not negative, where: heat_mwh >= 0, otherwise: quarantine}
  - {name: the counter does not jump, where: refused_mwh = 0, otherwise: warn}
  - {name: most of the day is covered, where: covered_hours >= 20, otherwise: warn}
  - {name: no more than a day and a step, where: covered_hours <= 28, otherwise: fail}
--- */
with counted as (
    -- the counter only grows; where the meter lost it, it says 0
    select device, measured_at, energy_mwh::decimal(18, 6) as energy_mwh
    from meters
    where energy_mwh > 0
),
steps as (
    select
        r.device,
        r.measured_at,
        r.energy_mwh - p.energy_mwh as mwh,
        date_diff('second', p.measured_at, r.measured_at) as seconds
    from counted r
    asof join counted p on p.device = r.device and p.measured_at < r.measured_at
)
select
    m.device,
    timezone('Europe/Belgrade', m.measured_at - interval 1 second)::date as day,
    -- decimals add up to the same sum in any order; no pipe here carries 5 MW
    (sum(s.mwh) filter (where s.seconds <= 3 * 3600 and s.mwh * 3600 <= s.seconds * 5))::double as heat_mwh,
    (coalesce(sum(s.mwh) filter (where s.seconds > 3 * 3600 and s.mwh * 3600 <= s.seconds * 5), 0))::double
        as unplaced_mwh,
    (coalesce(sum(s.mwh) filter (where s.mwh * 3600 > s.seconds * 5), 0))::double as refused_mwh,
    coalesce(sum(s.seconds) filter (where s.seconds <= 3 * 3600), 0)::bigint / 3600.0::double as covered_hours,
    count(*) as readings,
    avg(w.temperature_c::decimal(9, 3)) as outdoor_c,
    avg(w.humidity_percent::decimal(9, 3)) as humidity_percent,
    avg(w.wind_kmh::decimal(9, 3)) as wind_kmh
from meters m
left join steps s on s.device = m.device and s.measured_at = m.measured_at
left join weather w on w.hour = date_trunc('hour', m.measured_at)
group by all
