// The command `pa-new list`: the frameworks, or a template of the user's own, as text or as JSON.

import JSON
import ProjectFiles
import Scaffold

/// Returns the frameworks in groups: first those with nothing to install.
///
/// - Parameter catalog: The frameworks.
/// - Returns: Whole lines of at most 80 characters.
func listText(_ catalog: Catalog) -> String {
    let groups = [
        ("Nothing to install", catalog.frameworks.filter { !$0.hasRequirements }),
        (
            "Packages to install (a free account has 512 MiB for all its files)",
            catalog.frameworks.filter(\.hasRequirements)
        ),
    ]
    let blocks = groups.filter { !$0.1.isEmpty }.map { heading, frameworks in
        heading + "\n\n"
            + frameworks.map { framework in
                let language = catalog.nonDefaultLanguage(of: framework)
                return block(
                    framework,
                    heading: framework.name + (language.map { " --language \($0)" } ?? "")
                        + (framework.manifest.isDefault ? " (default)" : "")
                )
            }.joined()
    }
    return blocks.joined(separator: "\n") + "\n" + pythonRows
        + """

        A template folder of your own: pa-new NAME --template DIR
        What it asks: pa-new list --template DIR

        """
}

/// Returns what a template of the user's own is, and what it asks.
///
/// - Parameter template: The template.
/// - Returns: Whole lines.
func listText(of template: Framework) -> String {
    block(template, heading: plainOrQuoted(template.manifest.title)) + "\n" + pythonRows
}

/// The Pythons, of which each project can have any.
private var pythonRows: String {
    let versions = PythonVersion.offered
    return "Python on PythonAnywhere: \(versions[0]) to \(versions[versions.count - 1]) "
        + "(default: \(PythonVersion.default)); choose with --python\n"
}

/// Returns the lines about one framework or template.
private func block(_ framework: Framework, heading: String) -> String {
    let manifest = framework.manifest
    var rows: [String] = []
    if !manifest.summary.isEmpty { rows.append(manifest.summary) }
    if !manifest.features.isEmpty { rows.append("has: " + listed(manifest.features)) }
    if let size = size(of: manifest) { rows.append("packages: \(size)") }
    for version in PythonVersion.offered {
        if let note = manifest.pythonNotes[version] { rows.append("note: \(note)") }
    }
    rows += manifest.questions.map(option)
    let lines = rows.flatMap { row -> [String] in
        let parts = wrapped(plainOrQuoted(row), to: 70)
        return parts.prefix(1).map { "      " + $0 } + parts.dropFirst().map { "        " + $0 }
    }
    return "  \(heading)\n" + lines.map { $0 + "\n" }.joined()
}

/// Returns the size of the installed packages: one number, or the smallest and the largest.
private func size(of manifest: Manifest) -> String? {
    guard let smallest = manifest.megabytes.first, let largest = manifest.megabytes.last else {
        return nil
    }
    return smallest == largest
        ? "\(smallest) MiB" : "\(smallest) to \(largest) MiB, depending on the options"
}

/// Returns the option that answers a question, with its answers.
private func option(_ question: Question) -> String {
    let answers =
        switch question.kind {
        case .choice(let words): listed(words, most: 20, conjunction: "or")
        case .bool: "yes or no"
        case .integer: "a whole number"
        case .lines: "lines"
        case .text: "a text"
        }
    let option =
        question.key == Framework.databaseKey
        ? Option.Name.database.long + " DB" : "--set \(question.key)=…"
    return "\(option): \(question.prompt): \(answers)"
        + (question.defaultAnswer.map { " (default: \($0.text))" } ?? " (needed)")
        + (question.help.map { "; \($0)" } ?? "")
}

/// Returns the frameworks as one JSON document; docs/list.schema.json describes it.
///
/// - Parameter catalog: The frameworks.
/// - Returns: The document and a line end.
/// - Throws: Never in practice: the document has only plain values.
func listJSON(_ catalog: Catalog) throws -> String {
    let document = ListDocument(frameworks: catalog.frameworks.map(ListDocument.Row.init))
    return printable(document: try JSONDocument.text(of: document))
}

/// Returns a template of the user's own as one JSON document, like the frameworks.
///
/// - Parameter template: The template.
/// - Returns: The document and a line end.
/// - Throws: Never in practice: the document has only plain values.
func listJSON(of template: Framework) throws -> String {
    let document = ListDocument(frameworks: [ListDocument.Row(template)])
    return printable(document: try JSONDocument.text(of: document))
}

/// The document.
private struct ListDocument: Encodable {
    struct Question: Encodable {
        let key: String
        let type: String
        let prompt: String
        let help: String?
        let choices: [String]?
        let defaultAnswer: AnswerValue?

        enum CodingKeys: String, CodingKey {
            case key, type, prompt, help, choices
            case defaultAnswer = "default"
        }

        init(_ question: Scaffold.Question) {
            key = question.key
            prompt = question.prompt
            help = question.help
            defaultAnswer = question.defaultAnswer
            var words: [String]?
            switch question.kind {
            case .text: type = "text"
            case .bool: type = "bool"
            case .integer: type = "integer"
            case .lines: type = "lines"
            case .choice(let choices):
                type = "choice"
                words = choices
            }
            choices = words
        }
    }

    struct Row: Encodable {
        let name: String
        let language: String?
        let title: String
        let summary: String
        let isDefault: Bool
        let hasRequirements: Bool
        let features: [String]
        let megabytes: [Int]
        let pythons: [String]
        let pythonNotes: [String: String]
        let questions: [Question]

        enum CodingKeys: String, CodingKey {
            case name, language, title, summary, features, megabytes, pythons, pythonNotes,
                questions
            case isDefault = "default"
            case hasRequirements = "requirements"
        }

        init(_ framework: Framework) {
            name = framework.name
            language = framework.language
            title = framework.manifest.title
            summary = framework.manifest.summary
            isDefault = framework.manifest.isDefault
            hasRequirements = framework.hasRequirements
            features = framework.manifest.features
            megabytes = framework.manifest.megabytes
            pythons = PythonVersion.offered.map(\.description)
            pythonNotes = Dictionary(
                uniqueKeysWithValues: framework.manifest.pythonNotes.map { ("\($0.key)", $0.value) }
            )
            questions = framework.manifest.questions.map(Question.init)
        }
    }

    let frameworks: [Row]
}
