// Dates as HTTP has them, such as "Sun, 06 Nov 1994 08:49:37 GMT", and as JSON has them, such as
// "1994-11-06T08:49:37Z".

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Returns a moment as header fields have it, in whole seconds.
///
/// - Parameter date: The moment.
/// - Returns: A text such as `Sun, 06 Nov 1994 08:49:37 GMT`.
func httpDate(_ date: Date) -> String { httpDate(seconds: seconds(of: date)) }

/// Returns the moment that is some seconds after 1970, as header fields have it.
func httpDate(seconds: Int) -> String {
  let time = UTCTime(seconds: seconds)
  let date = "\(padded(time.day)) \(months[time.month - 1]) \(padded(time.year, 4))"
  return "\(weekdays[time.weekday]), \(date) \(time.clock) GMT"
}

/// Returns how many whole seconds after 1970 a moment is.
func seconds(of date: Date) -> Int {
  let seconds = date.timeIntervalSince1970.rounded(.down)
  // The years 1 to 9999: all that a header field can have.
  return Int(min(max(seconds, -62_135_596_800), 253_402_300_799))
}

/// Returns how many seconds after 1970 the date in a header field is, or nil if it is not a date.
///
/// HTTP has one form today, and two old ones that every server has to read.
func seconds(ofHTTPDate text: String) -> Int? {
  todaysForm(text) ?? oldForm(text) ?? oldestForm(text)
}

/// Returns a moment in ISO 8601, as JSON has it; nil before the year 1 and after 9999.
func isoDate(_ date: Date) -> String? {
  let microseconds = (date.timeIntervalSince1970 * 1e6).rounded()
  guard (-62_135_596_800e6..<253_402_300_800e6).contains(microseconds) else { return nil }
  let (seconds, fraction) = floorDivided(Int(microseconds), by: 1_000_000)
  let time = UTCTime(seconds: seconds)
  let day = "\(padded(time.year, 4))-\(padded(time.month))-\(padded(time.day))"
  return "\(day)T\(time.clock)\(fraction == 0 ? "" : "." + padded(fraction, 6))Z"
}

/// Returns the moment of a text in ISO 8601, such as `1994-11-06T09:49:37.5+01:00`; nil for any other
/// text, and for one without a time zone.
func date(iso8601 text: String) -> Date? {
  var scanner = DateScanner(text)
  guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
    scanner.skip("-"), let day = scanner.number(2), scanner.skip("T"), let clock = scanner.clock()
  else { return nil }
  let fraction = scanner.skip(".") ? scanner.fraction() : 0
  guard let fraction, let offset = scanner.offset(), scanner.isAtEnd,
    let seconds = UTCTime(
      year: year, month: month, day: day, hour: clock.0, minute: clock.1, second: clock.2
    ).seconds
  else { return nil }
  return Date(timeIntervalSince1970: Double(seconds - offset) + fraction)
}

/// A moment in the calendar, in UTC.
private struct UTCTime {
  var year: Int
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int
  /// The number of the day in the week, 0 for Sunday.
  var weekday = 0

  init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Computes the date from the seconds after 1970.
  ///
  /// The year is taken to begin in March, so that the day that leap years add is its last one.
  init(seconds: Int) {
    let (days, rest) = floorDivided(seconds, by: 86400)
    let (era, dayOfEra) = floorDivided(days + daysBefore1970, by: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    weekday = floorDivided(days + 4, by: 7).rest
  }

  /// The seconds after 1970, or nil if there is no such date.
  var seconds: Int? {
    guard (1...9999).contains(year), (1...12).contains(month), (1...daysOfMonth).contains(day),
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    let (era, yearOfEra) = floorDivided(month <= 2 ? year - 1 : year, by: 400)
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - daysBefore1970
    return days * 86400 + hour * 3600 + minute * 60 + second
  }

  /// The time of the day, such as 08:49:37.
  var clock: String { "\(padded(hour)):\(padded(minute)):\(padded(second))" }

  private var daysOfMonth: Int {
    switch month {
    case 2: year.isMultiple(of: year.isMultiple(of: 100) ? 400 : 4) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// The days from the 1st of March of the year 0 to 1970.
private let daysBefore1970 = 719_468

private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

/// Divides, so that the rest is never negative.
private func floorDivided(_ number: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
  let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
  return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
}

/// Returns a number with zeros before it.
private func padded(_ number: Int, _ count: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(count - digits.utf8.count, 0)) + digits
}

/// Reads "Sun, 06 Nov 1994 08:49:37 GMT".
private func todaysForm(_ text: String) -> Int? {
  var scanner = DateScanner(text)
  guard scanner.word(3...3) != nil, scanner.skip(", "), let day = scanner.number(2),
    scanner.skip(" "), let month = scanner.month(), scanner.skip(" "),
    let year = scanner.number(4), scanner.skip(" "), let clock = scanner.clock(),
    scanner.skip(" GMT"), scanner.isAtEnd
  else { return nil }
  return UTCTime(
    year: year, month: month, day: day, hour: clock.0, minute: clock.1, second: clock.2
  ).seconds
}

/// Reads "Sunday, 06-Nov-94 08:49:37 GMT".
private func oldForm(_ text: String) -> Int? {
  var scanner = DateScanner(text)
  guard scanner.word(6...9) != nil, scanner.skip(", "), let day = scanner.number(2),
    scanner.skip("-"), let month = scanner.month(), scanner.skip("-"),
    let year = scanner.number(2), scanner.skip(" "), let clock = scanner.clock(),
    scanner.skip(" GMT"), scanner.isAtEnd
  else { return nil }
  // A year that would be more than 50 years ahead is one of the last century.
  let now = UTCTime(seconds: seconds(of: Date())).year
  let later = year + now / 100 * 100
  return UTCTime(
    year: later > now + 50 ? later - 100 : later, month: month, day: day, hour: clock.0,
    minute: clock.1, second: clock.2
  ).seconds
}

/// Reads "Sun Nov  6 08:49:37 1994".
private func oldestForm(_ text: String) -> Int? {
  var scanner = DateScanner(text)
  guard scanner.word(3...3) != nil, scanner.skip(" "), let month = scanner.month(),
    scanner.skip(" "), let day = scanner.skip(" ") ? scanner.number(1) : scanner.number(2),
    scanner.skip(" "), let clock = scanner.clock(), scanner.skip(" "),
    let year = scanner.number(4), scanner.isAtEnd
  else { return nil }
  return UTCTime(
    year: year, month: month, day: day, hour: clock.0, minute: clock.1, second: clock.2
  ).seconds
}

/// Reads the parts of a date, from the first to the last.
private struct DateScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = Array(text.utf8)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  /// Reads a number with as many digits.
  mutating func number(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
  }

  /// Reads the digits behind the point.
  mutating func fraction() -> Double? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count)
    return digits.isEmpty ? nil : Double("0." + String(decoding: digits, as: UTF8.self))
  }

  /// Reads a time zone, and returns its seconds ahead of UTC.
  mutating func offset() -> Int? {
    if skip("Z") { return 0 }
    let isBehind = skip("-")
    guard isBehind || skip("+"), let hours = number(2), skip(":"), let minutes = number(2),
      hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (isBehind ? -60 : 60)
  }

  /// Reads a word with a capital letter at its start.
  mutating func word(_ lengths: ClosedRange<Int>) -> String? {
    let word = rest.prefix(1) + rest.dropFirst().prefix { (0x61...0x7A).contains($0) }
    guard let first = word.first, (0x41...0x5A).contains(first), lengths.contains(word.count)
    else { return nil }
    rest = rest[word.endIndex...]
    return String(decoding: word, as: UTF8.self)
  }

  mutating func month() -> Int? {
    word(3...3).flatMap { months.firstIndex(of: $0) }.map { $0 + 1 }
  }

  mutating func clock() -> (Int, Int, Int)? {
    guard let hour = number(2), skip(":"), let minute = number(2), skip(":"),
      let second = number(2)
    else { return nil }
    return (hour, minute, second)
  }
}
