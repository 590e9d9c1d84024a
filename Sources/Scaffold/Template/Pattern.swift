// Patterns for answers: regular expressions that always match in bounded time.
//
// A template can come from anywhere, and a few characters can make a backtracking matcher run for
// years. This matcher follows all states of the expression at once (Thompson 1968), so the time is at
// most the number of states times the length of the text.

/// A regular expression that must match a whole text.
///
/// It supports literals, `.`, `[a-z]`, `[^a-z]`, `\d \w \s \D \W \S` (ASCII), `\` before a mark,
/// `( )`, `(?: )`, `|`, `*`, `+`, `?`, `{2}`, `{2,}` and `{2,5}`. A `^` at the start and a `$` at the
/// end are allowed and change nothing. Features that need backtracking, such as `\1`, are not supported.
public struct Pattern: Sendable, Hashable {
    /// The expression as it was written.
    public let source: String
    private let steps: [Step]

    /// Why a text is not a valid pattern, and the offset of the mistake in characters.
    public struct Problem: Error, Sendable, Hashable {
        /// What is wrong.
        public enum Kind: Sendable, Hashable {
            /// A group or class without its end.
            case unclosed(Character)
            /// A `)` where no group is open.
            case strayParenthesis
            /// A `*`, `+`, `?` or `{` with nothing before it to repeat.
            case nothingToRepeat
            /// A `{` that is not part of `{2}`, `{2,}` or `{2,5}`.
            case badCount
            /// A range whose end comes before its start, or with a class such as `\d` as its start or end.
            case badRange
            /// An empty class.
            case emptyClass
            /// An unknown escape.
            case unknownEscape(String)
            /// A group of another kind, such as `(?=`.
            case unknownGroup
            /// A `^` that is not at the start, or a `$` that is not at the end.
            case strayAnchor(Character)
            /// Too many states, or groups that are nested too deeply.
            case tooLarge
        }

        /// What is wrong.
        public let kind: Kind
        /// The number of characters before the mistake.
        public let offset: Int
    }

    /// The maximum number of states; repetitions count as often as they can repeat.
    static let maxSteps = 2000
    private static let maxGroups = 50

    /// One state of the pattern's automaton.
    private enum Step: Sendable, Hashable {
        case character(CharacterClass)
        /// Continues at two places.
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    private struct CharacterClass: Sendable, Hashable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isNegated
        }

        static let any = CharacterClass(ranges: [], isNegated: true)
    }

    /// Reads a pattern.
    ///
    /// - Parameter source: The expression.
    /// - Throws: ``Problem`` for the first mistake.
    public init(_ source: String) throws(Problem) {
        var compiler = Compiler(scalars: Array(source.unicodeScalars))
        steps = try compiler.compile()
        self.source = source
    }

    /// Whether the whole of a text matches.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it matches.
    public func matches(_ text: String) -> Bool { match(text).isMatch }

    /// How many states the pattern has.
    var stateCount: Int { steps.count }

    /// Matches the whole of a text, and counts the states that were looked at.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it matches, and the count.
    func match(_ text: String) -> (isMatch: Bool, work: Int) {
        var work = 0
        var current = States(count: steps.count)
        add(0, to: &current, &work)
        for scalar in text.unicodeScalars {
            var next = States(count: steps.count)
            for index in current.list {
                if case .character(let characters) = steps[index], characters.contains(scalar) {
                    add(index + 1, to: &next, &work)
                }
            }
            if next.list.isEmpty { return (false, work) }
            current = next
        }
        return (current.list.contains { steps[$0] == .match }, work)
    }

    /// Adds a state, and all states that it reaches without reading a character.
    private func add(_ start: Int, to states: inout States, _ work: inout Int) {
        var open = [start]
        while let index = open.popLast() {
            work += 1
            guard states.insert(index) else { continue }
            switch steps[index] {
            case .fork(let first, let second): open += [second, first]
            case .jump(let target): open.append(target)
            case .character, .match: break
            }
        }
    }

    private struct States {
        var list: [Int] = []
        private var isIn: [Bool]

        init(count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ index: Int) -> Bool {
            guard !isIn[index] else { return false }
            isIn[index] = true
            list.append(index)
            return true
        }
    }

    /// Builds the states of an expression.
    private struct Compiler {
        let scalars: [Unicode.Scalar]
        var position = 0
        var groups = 0

        mutating func compile() throws(Problem) -> [Step] {
            if peek == "^" { position += 1 }
            let steps = try alternatives()
            if peek == "$", position == scalars.count - 1 { position += 1 }
            switch peek {
            case nil: return steps + [.match]
            case ")": throw problem(.strayParenthesis)
            default: throw problem(.strayAnchor("$"))
            }
        }

        private var peek: Unicode.Scalar? {
            position < scalars.count ? scalars[position] : nil
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard peek == scalar else { return false }
            position += 1
            return true
        }

        private func problem(_ kind: Problem.Kind, at offset: Int? = nil) -> Problem {
            Problem(kind: kind, offset: offset ?? position)
        }

        private mutating func alternatives() throws(Problem) -> [Step] {
            var steps = try sequence()
            while take("|") {
                let other = try sequence()
                // The fork leads to both alternatives; the first one ends with a jump over the second.
                steps =
                    [.fork(1, steps.count + 2)] + moved(steps, by: 1)
                    + [.jump(steps.count + 2 + other.count)] + moved(other, by: steps.count + 2)
                try check(steps)
            }
            return steps
        }

        private mutating func sequence() throws(Problem) -> [Step] {
            var steps: [Step] = []
            while let next = peek, next != "|", next != ")", next != "$" {
                let start = position
                let piece = try repeated(atom(), from: start)
                steps += moved(piece, by: steps.count)
                try check(steps)
            }
            return steps
        }

        private mutating func atom() throws(Problem) -> [Step] {
            let start = position
            guard let scalar = peek else { return [] }
            position += 1
            switch scalar {
            case "(":
                if take("?"), !take(":") { throw problem(.unknownGroup, at: start) }
                groups += 1
                guard groups <= Pattern.maxGroups else { throw problem(.tooLarge, at: start) }
                let steps = try alternatives()
                if peek == "$" { throw problem(.strayAnchor("$")) }
                guard take(")") else { throw problem(.unclosed("("), at: start) }
                groups -= 1
                return steps
            case "[": return [.character(try characterClass(from: start))]
            case "\\": return [.character(try escape(from: start))]
            case ".": return [.character(.any)]
            case "^": throw problem(.strayAnchor("^"), at: start)
            case "*", "+", "?", "{": throw problem(.nothingToRepeat, at: start)
            default: return [.character(single(scalar))]
            }
        }

        private func single(_ scalar: Unicode.Scalar) -> CharacterClass {
            CharacterClass(ranges: [scalar.value...scalar.value])
        }

        private mutating func repeated(
            _ steps: [Step],
            from start: Int
        ) throws(Problem) -> [Step] {
            var minimum = 1
            var maximum: Int? = 1
            switch peek {
            case "*": (minimum, maximum) = (0, nil)
            case "+": (minimum, maximum) = (1, nil)
            case "?": (minimum, maximum) = (0, 1)
            case "{":
                (minimum, maximum) = try counts()
                position -= 1
            default: return steps
            }
            position += 1
            // `a**` or `a*?`: other dialects use it to change how the matcher backtracks.
            if let next = peek, "*+?{".unicodeScalars.contains(next) {
                throw problem(.nothingToRepeat)
            }
            let copies = max(minimum, maximum ?? (minimum + 1))
            guard copies * (steps.count + 2) <= Pattern.maxSteps else {
                throw problem(.tooLarge, at: start)
            }
            var result: [Step] = []
            for _ in 0..<minimum { result += moved(steps, by: result.count) }
            if let maximum {
                for _ in minimum..<maximum {
                    let here = result.count
                    result.append(.fork(here + 1, here + 1 + steps.count))
                    result += moved(steps, by: here + 1)
                }
            } else {
                let here = result.count
                result.append(.fork(here + 1, here + 2 + steps.count))
                result += moved(steps, by: here + 1) + [.jump(here)]
            }
            return result
        }

        /// Reads `{2}`, `{2,}` or `{2,5}`.
        private mutating func counts() throws(Problem) -> (minimum: Int, maximum: Int?) {
            let start = position
            position += 1
            guard let minimum = number() else { throw problem(.badCount, at: start) }
            var maximum: Int? = minimum
            if take(",") {
                maximum = number()
                if maximum == nil, peek != "}" { throw problem(.badCount, at: start) }
            }
            guard take("}"), maximum.map({ $0 >= minimum }) ?? true else {
                throw problem(.badCount, at: start)
            }
            guard max(minimum, maximum ?? 0) <= Pattern.maxSteps else {
                throw problem(.tooLarge, at: start)
            }
            return (minimum, maximum)
        }

        private mutating func number() -> Int? {
            let start = position
            while let next = peek, ("0"..."9").contains(next) { position += 1 }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[start..<position])
            // A number with more digits is always too large.
            return text.count > 9 ? Int(Int32.max) : Int(String(text))
        }

        private mutating func characterClass(from start: Int) throws(Problem) -> CharacterClass {
            var result = CharacterClass(ranges: [], isNegated: take("^"))
            while let scalar = peek, scalar != "]" {
                let first = position
                position += 1
                let members = scalar == "\\" ? try escape(from: first) : single(scalar)
                let isRange =
                    peek == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
                guard isRange else {
                    guard !members.isNegated else {
                        // `[\D]`: everything outside of the ranges.
                        result.ranges += complement(members.ranges)
                        continue
                    }
                    result.ranges += members.ranges
                    continue
                }
                position += 1
                let last = position
                let scalar = scalars[position]
                position += 1
                let ends = scalar == "\\" ? try escape(from: last) : single(scalar)
                guard let low = only(members), let high = only(ends), low <= high else {
                    throw problem(.badRange, at: first)
                }
                result.ranges.append(low...high)
            }
            guard take("]") else { throw problem(.unclosed("["), at: start) }
            guard !result.ranges.isEmpty else { throw problem(.emptyClass, at: start) }
            return result
        }

        /// The character of a class that has exactly one.
        private func only(_ characters: CharacterClass) -> UInt32? {
            guard !characters.isNegated, characters.ranges.count == 1,
                characters.ranges[0].count == 1
            else { return nil }
            return characters.ranges[0].lowerBound
        }

        private func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
            var result: [ClosedRange<UInt32>] = []
            var next: UInt32 = 0
            for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
                next = range.upperBound + 1
            }
            return result + [next...0x10FFFF]
        }

        private mutating func escape(from start: Int) throws(Problem) -> CharacterClass {
            guard let scalar = peek else { throw problem(.unclosed("\\"), at: start) }
            position += 1
            let digits: [ClosedRange<UInt32>] = [0x30...0x39]
            let space: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
            let word = digits + [0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
            switch scalar {
            case "d": return CharacterClass(ranges: digits)
            case "D": return CharacterClass(ranges: digits, isNegated: true)
            case "s": return CharacterClass(ranges: space)
            case "S": return CharacterClass(ranges: space, isNegated: true)
            case "w": return CharacterClass(ranges: word)
            case "W": return CharacterClass(ranges: word, isNegated: true)
            case "t": return single("\t")
            default:
                let isWord = word.contains { $0.contains(scalar.value) }
                guard scalar.isASCII, !isWord, scalar.value >= 0x20 else {
                    throw problem(.unknownEscape(String(scalar)), at: start)
                }
                return single(scalar)
            }
        }

        private func check(_ steps: [Step]) throws(Problem) {
            if steps.count > Pattern.maxSteps { throw problem(.tooLarge) }
        }

        /// Returns the steps with all their targets moved by a distance.
        private func moved(_ steps: [Step], by distance: Int) -> [Step] {
            steps.map { step in
                switch step {
                case .fork(let first, let second): .fork(first + distance, second + distance)
                case .jump(let target): .jump(target + distance)
                case .character, .match: step
                }
            }
        }
    }
}

extension Pattern.Problem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        let reason =
            switch kind {
            case .unclosed(let mark): "'\(mark)' is not closed"
            case .strayParenthesis: "')' has no matching '('"
            case .nothingToRepeat: "there is nothing to repeat here"
            case .badCount: "this is not a valid count; write {2}, {2,} or {2,5}"
            case .badRange: "this is not a valid range of characters"
            case .emptyClass: "the character class is empty"
            case .unknownEscape(let letter): "'\\\(letter)' is not supported in patterns"
            case .unknownGroup: "this kind of group is not supported; write ( ) or (?: )"
            case .strayAnchor(let mark):
                "'\(mark)' is only allowed at the \(mark == "^" ? "start" : "end"); "
                    + "for the character itself, write \\\(mark)"
            case .tooLarge:
                "the pattern is too complex: it needs more than \(Pattern.maxSteps) states"
            }
        return "\(reason) (character \(offset + 1) of the pattern)"
    }
}
