// The programs of a rendering: each partial's template is looked up once.

extension Mustache {
  /// The programs that were entered in a rendering, by numbers.
  ///
  /// Each of them has a place for each of its partials, so that a partial in a loop is looked up by
  /// its name only once. To copy a number is free, whereas references to a program are counted.
  struct Programs {
    private struct Entry {
      let program: Program
      /// The index in `places` of the program's first partial.
      let firstPlace: Int
    }

    private let partials: [String: Template]
    private var entries: [Entry] = []
    /// The number of each partial's template, -1 before it was looked up.
    private var places: [Int] = []
    private var numbers: [String: Int] = [:]
    private var lambdas: [Program] = []

    /// Starts with the program that is rendered, which has the number 0.
    init(_ program: Program, partials: [String: Template]) {
      self.partials = partials
      add(program)
    }

    /// The program with a number.
    subscript(number: Int) -> Program {
      number < 0 ? lambdas[~number] : entries[number].program
    }

    /// The names of the templates that were given.
    var names: [String] { partials.keys.sorted() }

    /// The number of the template that a partial with a fixed name names, nil if there is none.
    ///
    /// - Parameters:
    ///   - index: The index in the program's partials.
    ///   - program: The number of the program.
    /// - Returns: The number of the template.
    mutating func number(ofPartial index: Int, in program: Int) -> Int? {
      let key = self[program].partials[index].key
      // A program of a lambda is entered only once.
      guard program >= 0 else { return number(of: key) }
      let place = entries[program].firstPlace + index
      if places[place] < 0 { places[place] = number(of: key) ?? -1 }
      return places[place] < 0 ? nil : places[place]
    }

    /// The number of the template with a key, nil if there is none.
    mutating func number(of key: String) -> Int? {
      if let number = numbers[key] { return number }
      guard let program = partials[key]?.program else { return nil }
      numbers[key] = entries.count
      add(program)
      return entries.count - 1
    }

    private mutating func add(_ program: Program) {
      entries.append(Entry(program: program, firstPlace: places.count))
      places += repeatElement(-1, count: program.partials.count)
    }

    /// The number of programs that lambdas made and that are not left yet.
    var lambdaCount: Int { lambdas.count }

    /// Adds a program that a lambda made, and returns its number, which is negative.
    mutating func addLambda(_ program: Program) -> Int {
      lambdas.append(program)
      return ~(lambdas.count - 1)
    }

    /// Removes the programs of lambdas after the first ones.
    mutating func removeLambdas(after count: Int) {
      lambdas.removeLast(lambdas.count - count)
    }
  }
}
