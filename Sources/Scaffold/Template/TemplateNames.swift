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

    /// The list inside which a name is known, if it is not known elsewhere.
    func list(of name: String) -> String? { Context.namesInLists[name] }

    /// Whether the name is a list.
    func isStructure(_ name: String) -> Bool { name == "steps" || name == "pythons" }

    /// The question to which a name like `KEY=WORD` belongs.
    func question(of name: String) -> String? { tests[name] }

    func choices(of name: String) -> [String]? { choices[name] }
}
