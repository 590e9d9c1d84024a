// The names in a template before its questions are answered.

/// The meaning of names in a template, as far as it is known before questions are answered.
struct TemplateNames: Sendable {
    /// Every name that is known everywhere.
    let all: Set<String>
    private let tests: [String: String]
    private let choices: [String: [String]]

    init(_ questions: [Question]) {
        var all = Context.ownNames
        var tests: [String: String] = [:]
        var choices: [String: [String]] = [:]
        for question in questions {
            all.formUnion(question.names(for: nil).keys)
            guard case .choice(let words) = question.kind else { continue }
            choices[question.key] = words
            for word in words { tests[question.test(for: word)] = question.key }
        }
        self.all = all
        self.tests = tests
        self.choices = choices
    }

    func isKnown(_ name: String) -> Bool { all.contains(name) }

    /// The name and the language of `{{name.language}}`; nil for a name without literals.
    func literal(_ name: String) -> (name: String, language: LiteralLanguage)? {
        guard let dot = name.lastIndex(of: "."),
            let language = LiteralLanguage(rawValue: String(name[name.index(after: dot)...]))
        else { return nil }
        let base = String(name[..<dot])
        let isList = isStructure(base)
        guard isKnown(base), list(of: base) == nil, base != "steps", !isList || language != .html
        else { return nil }
        return (base, language)
    }

    /// Every name that is known everywhere, for suggestions instead of another one.
    func candidates(for name: String) -> Set<String> {
        guard let dot = name.lastIndex(of: ".") else { return all }
        let word = String(name[name.index(after: dot)...])
        if LiteralLanguage(rawValue: word) != nil {
            return Set(all.map { $0 + "." + word }.filter { literal($0) != nil })
        }
        if !isKnown(String(name[..<dot])) { return all }
        return Set(LiteralLanguage.allCases.map { name[...dot] + $0.rawValue })
    }

    /// The list inside which a name is known, if it is not known elsewhere.
    func list(of name: String) -> String? { Context.namesInLists[name] }

    /// Whether the name is a list.
    func isStructure(_ name: String) -> Bool { name == "steps" || name == "pythons" }

    /// The question to which a name like `KEY=WORD` belongs.
    func question(of name: String) -> String? { tests[name] }

    func choices(of name: String) -> [String]? { choices[name] }
}
