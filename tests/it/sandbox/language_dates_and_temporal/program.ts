const date = new Date(Date.UTC(2024, 1, 29, 12));
const rolled = new Date("2024-01-31T00:00:00Z"); rolled.setUTCMonth(1);
const dates = [date.toISOString(), date.getTimezoneOffset(), new Date("2024-02-29").getTime(), rolled.toISOString().slice(0, 10), Number.isNaN(Date.parse("no date"))];
const day = Temporal.PlainDate.from("2024-02-29");
const plain = [day.add({ years: 1 }).toString(), day.dayOfWeek, day.inLeapYear, day.until("2024-03-10").toString(), day.with({ day: 1 }).toString()];
const instant = Temporal.Instant.from("2024-03-10T06:30:00Z");
const zoned = instant.toZonedDateTimeISO("America/New_York");
const zones = [zoned.toString(), zoned.add({ hours: 1 }).hour, zoned.hoursInDay];
const duration = Temporal.Duration.from({ minutes: 150 }).round({ largestUnit: "hours" }).toString();
const sorted = ["2024-05-01", "2023-12-31"].map((text) => Temporal.PlainDate.from(text)).sort(Temporal.PlainDate.compare).map(String);
const time = Temporal.PlainTime.from("23:30").add({ hours: 1 }).toString();
let wrong = "";
try { Temporal.PlainDate.from("2023-02-29"); } catch (error) { wrong = error.name; }
return { dates, plain, zones, duration, sorted, time, wrong, json: JSON.stringify({ day }) };
