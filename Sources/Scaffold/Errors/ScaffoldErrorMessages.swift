// The errors of ScaffoldError in words.

import Mustache
import ProjectFiles

extension ScaffoldError {
    /// The error in words.
    public var diagnostic: Diagnostic { diagnostic(answeredBy: .option) }

    /// The error in words.
    ///
    /// - Parameter syntax: How the command takes answers.
    /// - Returns: The words.
    package func diagnostic(answeredBy syntax: AnswerSyntax) -> Diagnostic {
        switch self {
        case .noName:
            Diagnostic("what should the project be called?", hint: "try: pa-new hello")
        case .frameworkAndTemplate:
            Diagnostic(
                "--framework and --template exclude each other",
                reason: "a template folder is used in the place of a framework"
            )
        case .languageAndTemplate:
            Diagnostic(
                "--language and --template exclude each other",
                reason: "only the frameworks have a language, and a template folder has none",
                hint: "leave one of them out"
            )
        case .projectInTemplate(let path):
            Diagnostic(
                "the project would lie in its own template \(quoted(path))",
                reason: "the next project would have a copy of it",
                hint: "choose another folder with --output"
            )
        case .unknownAnswer(let answer, let nearest, let known):
            Diagnostic(
                place(answer.origin) + "there is no question \(quoted(answer.key))",
                reason: known.isEmpty
                    ? "the template asks nothing"
                    : "the questions are \(listed(known.map(quoted), most: 10))",
                hint: nearest.map {
                    answer.origin == .option
                        ? "did you mean --set \($0)=…?" : "did you mean \(quoted($0))?"
                }
            )
        case .repeatedAnswer(let key):
            Diagnostic("--set answers \(quoted(key)) twice", hint: "keep the one that you mean")
        case .badAnswer(let answer, let question, let problem):
            Diagnostic(
                place(answer.origin) + described(answer),
                reason: "\(problem)" + (question.help.map { " (\($0))" } ?? ""),
                hint: answer.origin == .recorded
                    ? "give another answer with \(setOption(question))" : nil
            )
        case .answerNotAsked(let answer, let question):
            Diagnostic(
                place(answer.origin) + "\(quoted(question.key)) is not asked",
                reason: "it is asked only with "
                    + listed(
                        question.condition.terms.map { ($0.isNegated ? "!" : "") + $0.name }
                    ),
                hint: "leave it out, or change the answer that it depends on"
            )
        case .missingAnswers(let questions):
            Diagnostic(
                "the template asks for "
                    + listed(questions.map { quoted($0.key) }, most: 10),
                reason: listed(questions.map { "\($0.key): \($0.prompt)" }, most: 3),
                hint: "pass "
                    + questions.prefix(10).map(setOption).joined(separator: " ")
                    + ", or a file of answers with --answers"
            )
        case .invalidName(let name, let problem, let suggestion):
            problem.diagnostic(for: name, suggestion: suggestion)
        case .unknownFramework(let name, let nearest, let known):
            Diagnostic(
                "there is no framework \(quoted(name))",
                reason: "the frameworks are \(listed(known))",
                hint: syntax.hint("framework", nearest, of: known) ?? "see: pa-new list"
            )
        case .unknownLanguage(let language, let nearest, let known):
            Diagnostic(
                "there is no language \(quoted(language))",
                reason: "the frameworks are in \(listed(known))",
                hint: syntax.hint("language", nearest, of: known) ?? "see: pa-new list"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Diagnostic(
                "there is no \(name) in \(language)",
                reason: "\(name) is in \(listed(languages)), "
                    + "and in \(language) there is \(listed(known))",
                hint: syntax != .option
                    ? "choose another language as well: "
                        + syntax.text("language", listed(languages, conjunction: "or"))
                    : "leave out --language, or choose --framework "
                        + listed(known, conjunction: "or")
            )
        case .unknownPipeline(let word, let nearest):
            Diagnostic(
                "there is no pipeline for \(quoted(word))",
                reason: "the words are \(listed(Pipeline.words))",
                hint: syntax.hint("ci", nearest, of: Pipeline.words)
                    ?? "pass --ci with one of these words, or leave it out"
            )
        case .noPipeline(let pipeline, let template):
            Diagnostic(
                "there is no pipeline for \(pipeline.title) in "
                    + (template.map { "the template \(quoted($0))" } ?? "this framework"),
                reason: "none of its files is there only with \(quoted(pipeline.name))",
                hint: "leave out --ci, or write one: docs/templates.md says how"
            )
        case .unknownPython(let text, let nearest):
            Diagnostic(
                "the host's current image does not offer Python \(quoted(text))",
                reason: "it offers \(listed(PythonVersion.offered.map(\.description)))",
                hint: "did you mean \(syntax.text("python", "\(nearest)"))?"
            )
        case .invalidUser(let user, let problem):
            problem.diagnostic(for: user)
        case .invalidDomain(let domain, let problem):
            problem.diagnostic(for: domain)
        case .domainOfAnotherAccount(let domain, let account):
            Diagnostic(
                "the account '\(account)' cannot have the domain '\(domain)'",
                reason:
                    "below pythonanywhere.com an account has its own name and SOMETHING-\(account)",
                hint: "did you mean --domain \(Domain(of: account, isEuropean: domain.isEuropean))?"
            )
        case .emptyOutput:
            Diagnostic("--output is empty", hint: "pass a folder, or leave it out for this one")

        case .files(let error): error.diagnostic
        case .conflicts(let target, let paths):
            Diagnostic(
                "\(paths.count == 1 ? "a file" : "\(paths.count) files") in \(quoted(target)) "
                    + "would be overwritten",
                reason: "with other contents there: \(listed(paths.map(quoted), most: 20))",
                hint: "leave them with --skip-existing, or replace them with --overwrite, "
                    + "which keeps the old ones as FILE~"
            )
        case .cannotRead(let path, let problem):
            problem.diagnostic(for: path)
        case .badAnswersFile(let location, let reason):
            Diagnostic("the answers cannot be read", reason: "\(shown(location)): \(reason)")
        case .badTemplateFolder(let path, let findings):
            Diagnostic(
                "the template \(quoted(path)) is wrong",
                reason: findings.prefix(10).map { "\($0)" }.joined(separator: "\n        ")
                    + (findings.count > 10 ? "\n        and \(findings.count - 10) more" : ""),
                hint: "for all of it: pa-new template check \(shellQuoted(path))"
            )
        case .inOwnTemplate(let error): error.diagnostic
        case .cannotUpdate(let folder, let problem):
            problem.diagnostic(for: folder)

        case .badManifest(let path, let reason):
            Diagnostic("the manifest \(quoted(path)) is wrong", reason: reason)
        case .badTemplate(let failure):
            Diagnostic(
                "a template cannot be rendered",
                reason: "\(failure)\n        \(failure.lineText)"
            )
        case .badPath(let template, let path, let problem):
            Diagnostic(
                "the template \(quoted(template)) cannot become \(quoted(path))",
                reason: "\(problem)"
            )
        case .badUpload(let manifest, let path, let problem):
            Diagnostic(
                "the manifest \(quoted(manifest)) is wrong",
                reason: "\(quoted(path)) cannot be uploaded: \(problem)"
            )
        case .notEncodable(let name, let reason):
            Diagnostic("\(name) cannot be written", reason: reason)
        case .notText(let path):
            Diagnostic(
                "the template \(quoted(path)) cannot be rendered",
                reason: "it is not valid UTF-8"
            )
        }
    }

    /// Where an answer was given, for the start of a sentence.
    private func place(_ origin: AnswerInput.Origin) -> String {
        switch origin {
        case .option: ""
        case .file(let location): shown(location) + ": "
        case .recorded: ProjectRecord.fileName + ": "
        }
    }

    private func shown(_ location: Mustache.Location) -> String {
        "\(printable(location.path)):\(location.line):\(location.column)"
    }

    private func described(_ answer: AnswerInput) -> String {
        switch answer.value {
        case .typed(let text), .value(.text(let text)):
            "\(quoted(text)) cannot be the answer to '\(answer.key)'"
        case .value(.bool(let truth)): "\(truth) cannot be the answer to '\(answer.key)'"
        case .value(.integer(let number)): "\(number) cannot be the answer to '\(answer.key)'"
        case .other(let kind): "\(kind) cannot be the answer to '\(answer.key)'"
        }
    }

    /// The option that answers a question.
    private func setOption(_ question: Question) -> String {
        let value =
            switch question.kind {
            case .text: "TEXT"
            case .bool: "yes|no"
            case .integer: "NUMBER"
            case .choice(let words): words.count <= 5 ? words.joined(separator: "|") : "WORD"
            }
        return "--set \(question.key)=\(value)"
    }
}

/// How a command takes answers: `pa-new --framework flask`, or `pa-new update --set framework=flask`.
package enum AnswerSyntax {
    /// With an option of its own.
    case option
    /// With `--set`.
    case set
    /// With another command, `pa-new update`.
    case update

    /// Returns what to do about a value that is not known; nil for an option that can be left out.
    func hint(_ key: String, _ nearest: String?, of known: [String]) -> String? {
        if let nearest { return "did you mean \(text(key, nearest))?" }
        guard self != .option, let first = known.first else { return nil }
        return "choose another: \(text(key, first))"
    }

    /// Returns what to type.
    func text(_ key: String, _ value: String) -> String {
        switch self {
        case .option: "--\(key) \(value)"
        case .set: "--set \(key)=\(value)"
        case .update: "pa-new update --set \(key)=\(value)"
        }
    }
}
