"""Ten years of reviews lived day by day, with outages, wrong clocks, races and kills: ``make soak-calendar``."""
