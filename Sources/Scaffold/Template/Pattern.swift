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
    static let maxGroups = 50

    /// One state of the pattern's automaton.
    enum Step: Sendable, Hashable {
        case character(CharacterClass)
        /// Continues at two places.
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    struct CharacterClass: Sendable, Hashable {
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

    /// Whether a whole text matches.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it matches.
    public func matches(_ text: String) -> Bool { match(text).isMatch }

    /// Whether some part of the pattern accepts a character.
    func canHave(_ scalar: Unicode.Scalar) -> Bool {
        steps.contains { step in
            if case .character(let characters) = step { characters.contains(scalar) } else { false }
        }
    }

    /// The number of states of the pattern.
    var stateCount: Int { steps.count }

    /// Returns whether a whole text matches, and the number of visited states.
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
