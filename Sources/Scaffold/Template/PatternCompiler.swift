// From the text of a pattern to the states of the machine that matches it.

extension Pattern {
    /// Builds the states of an expression.
    struct Compiler {
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
