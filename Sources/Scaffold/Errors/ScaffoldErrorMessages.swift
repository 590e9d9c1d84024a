// The errors of ScaffoldError in words.

import Mustache
import ProjectFiles

extension ScaffoldError {
    /// The error in words.
    public var diagnostic: Diagnostic { diagnostic(answeredBy: .option) }

    /// The error in words.
    ///
    /// - Parameter syntax: How the command accepts answers.
    /// - Returns: The diagnostic.
    package func diagnostic(answeredBy syntax: AnswerSyntax) -> Diagnostic {
        switch self {
        case .noName:
            Diagnostic("the project needs a name", hint: "try: pa-new hello")
        case .frameworkAndTemplate:
            Diagnostic(
                "--framework and --template cannot be used together",
                reason: "a template folder is used instead of a framework",
                hint: "keep one of them"
            )
        case .languageAndTemplate where syntax != .option:
            Diagnostic(
                "the project cannot have a language",
                reason:
                    "it is made from a template of your own, and only frameworks have a language",
                hint: "remove --set language=…"
            )
        case .languageAndTemplate:
            Diagnostic(
                "--language and --template cannot be used together",
                reason: "only frameworks have a language; a template folder has none",
                hint: "keep one of them"
            )
        case .projectInTemplate(let path):
            Diagnostic(
                "the project would be inside its own template \(quoted(path))",
                reason: "it would become part of the template",
                hint: "choose another folder with --output"
            )
        case .unknownAnswer(let answer, let nearest, let known):
            Diagnostic(
                place(answer.origin) + "there is no question \(quoted(answer.key))",
                reason: known.isEmpty
                    ? "the template has no questions"
                    : "the questions are \(listed(known.map(quoted), most: 10))",
                hint: nearest.map {
                    answer.origin == .option
                        ? "did you mean --set \($0)=…?" : "did you mean \(quoted($0))?"
                }
            )
        case .renamedAnswer(let answer, let key):
            Diagnostic(
                place(answer.origin) + "there is no question \(quoted(answer.key)) any more",
                hint: "it is now \(quoted(key))"
                    + (answer.origin == .option ? ": --set \(key)=…" : "")
            )
        case .repeatedAnswer(let key):
            Diagnostic("--set answers \(quoted(key)) twice", hint: "keep one of them")
        case .badAnswer(let answer, let question, let problem):
            Diagnostic(
                place(answer.origin) + described(answer),
                reason: "\(problem)" + (question.help.map { "; the template says: \($0)" } ?? ""),
                hint: answer.origin == .recorded
                    ? "change the answer with \(setOption(question))" : nil
            )
        case .answerNotAsked(let answer, let question):
            Diagnostic(
                place(answer.origin) + "the question \(quoted(question.key)) is not asked",
                reason: "its condition is not met: "
                    + listed(
                        question.condition.terms.map { ($0.isNegated ? "!" : "") + $0.name }
                    ),
                hint: "remove this answer, or change the one that the question depends on"
            )
        case .missingAnswers(let questions):
            Diagnostic(
                "the template needs an answer to "
                    + listed(questions.map { quoted($0.key) }, most: 10),
                reason: prompts(of: questions),
                hint: "pass "
                    + questions.prefix(10).map(setOption).joined(separator: " ")
                    + ", or pass a file of answers with --answers"
            )
        case .invalidName(let name, let problem, let suggestion):
            problem.diagnostic(for: name, suggestion: suggestion, answeredBy: syntax)
        case .unknownFramework(let name, let nearest, let known):
            Diagnostic(
                "there is no framework \(quoted(name))",
                reason: "valid values: \(listed(known))",
                hint: syntax.hint("framework", nearest, of: known) ?? "see: pa-new list"
            )
        case .languageAsFramework(let language, let frameworks):
            Diagnostic(
                "\(quoted(language)) is a language, not a framework",
                reason: "the frameworks in \(language) are: \(listed(frameworks))",
                hint: "write: \(syntax.text("framework", frameworks[0])) "
                    + (syntax == .option
                        ? "--language \(language)" : "--set language=\(language)")
            )
        case .unknownLanguage(let language, let nearest, let known):
            Diagnostic(
                "there is no language \(quoted(language))",
                reason: "valid values: \(listed(known))",
                hint: syntax.hint("language", nearest, of: known) ?? "see: pa-new list"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Diagnostic(
                "the framework \(name) is not available in \(language)",
                reason: "\(name) is available in \(listed(languages)); "
                    + "the frameworks in \(language) are: \(listed(known))",
                hint: syntax != .option
                    ? "change the language, too: "
                        + syntax.text("language", listed(languages, conjunction: "or"))
                    : "remove --language, or use --framework "
                        + listed(known, conjunction: "or")
            )
        case .unknownPipeline(let word, let nearest):
            Diagnostic(
                "there is no CI pipeline for \(quoted(word))",
                reason: "valid values: \(listed(Pipeline.words))",
                hint: syntax.hint("ci", nearest, of: Pipeline.words)
                    ?? "pass one of these values to --ci, or remove --ci"
            )
        case .noPipeline(let pipeline, let template):
            Diagnostic(
                (template.map { "the template \(quoted($0))" } ?? "this framework")
                    + " has no CI pipeline for \(pipeline.title)",
                reason: "no file of it has the condition \(pipeline.name)",
                hint: "remove --ci, or add a pipeline to the template (see docs/templates.md)"
            )
        case .updatesWithoutPipeline:
            Diagnostic(
                "no pipeline can update the project by a schedule",
                reason: "the project has none",
                hint: syntax != .option
                    ? "add one, too: \(syntax.text("ci", "github")) or "
                        + syntax.text("ci", "gitlab")
                    : "add --ci github or --ci gitlab, or remove --ci-updates"
            )
        case .noUpdateJob(let template):
            Diagnostic(
                (template.map { "the template \(quoted($0))" } ?? "this framework")
                    + " has no job that updates a project",
                reason: "no file of it has the condition \(UpdateJob.name)",
                hint: (syntax == .option
                    ? "remove --ci-updates" : "leave it out: " + syntax.text(UpdateJob.name, "no"))
                    + ", or add the job to the template (see docs/templates.md)"
            )
        case .noDatabase(let framework, let template, let known):
            Diagnostic(
                (template.map { "the template \(quoted($0))" } ?? "the framework \(framework)")
                    + " offers no database",
                reason: template.map { _ in "it has no question 'database'" }
                    ?? (known.isEmpty
                        ? nil
                        : "frameworks that offer one: \(listed(known))"),
                hint: "remove --database"
                    + (template == nil && !known.isEmpty
                        ? ", or use --framework \(listed(known, conjunction: "or"))"
                        : ", or add the question to the template (see docs/templates.md)")
            )
        case .unknownPython(let text, let nearest):
            Diagnostic(
                "PythonAnywhere does not offer Python \(quoted(text))",
                reason: "valid values: \(listed(PythonVersion.offered.map(\.description)))",
                hint: "did you mean \(syntax.text("python", "\(nearest)"))?"
            )
        case .invalidUser(let user, let problem):
            problem.diagnostic(for: user, answeredBy: syntax)
        case .invalidDomain(let domain, let problem):
            problem.diagnostic(for: domain, answeredBy: syntax)
        case .domainOfAnotherAccount(let domain, let account):
            Diagnostic(
                "the account '\(account)' cannot use the domain '\(domain)'",
                reason: "under pythonanywhere.com, it can use only its own name "
                    + "and names that end in -\(account)",
                hint: "did you mean "
                    + syntax.text(
                        "domain",
                        "\(Domain(of: account, isEuropean: domain.isEuropean))"
                    ) + "?"
            )
        case .emptyOutput:
            Diagnostic(
                "--output is empty",
                hint: "pass a folder, or remove --output to use the current folder"
            )

        case .files(let error): error.diagnostic
        case .conflicts(let target, let paths):
            Diagnostic(
                "\(paths.count == 1 ? "a file" : "\(paths.count) files") in \(quoted(target)) "
                    + "would be overwritten",
                reason:
                    "already there, with other contents: \(listed(paths.map(quoted), most: 20))",
                hint: "keep your files with --skip-existing, or replace them with --overwrite, "
                    + "which keeps the old ones as FILE~"
            )
        case .cannotAdopt(let folder, let problem): problem.diagnostic(for: folder)
        case .cannotRead(let path, let problem):
            problem.diagnostic(for: path)
        case .badAddress(let text, let problem): problem.diagnostic(for: text)
        case .cannotFetch(let address, let problem): problem.diagnostic(for: address.text)
        case .badAnswersFile(let location, let reason):
            Diagnostic("the answers file has an error", reason: "\(shown(location)): \(reason)")
        case .badTemplateFolder(let path, let findings):
            Diagnostic(
                "the template \(quoted(path)) has errors",
                reason: findings.prefix(10).map { "\($0)" }.joined(separator: "\n        ")
                    + (findings.count > 10 ? "\n        and \(findings.count - 10) more" : ""),
                hint: "for all errors: pa-new template check \(shellQuoted(path))"
            )
        case .inOwnTemplate(let error): error.diagnostic
        case .badHandlerName(let name, let problem, let suggestion):
            problem.diagnostic(for: name, suggestion: suggestion)
        case .badPagePath(let path, let problem): problem.diagnostic(for: path)
        case .cannotAdd(let folder, let problem): problem.diagnostic(for: folder)
        case .cannotUpdate(let folder, let problem):
            problem.diagnostic("the project in \(quoted(folder)) cannot be updated")

        case .badManifest(let path, let reason):
            Diagnostic("the manifest \(quoted(path)) has an error", reason: reason)
        case .badTemplate(let failure):
            Diagnostic(
                "a template cannot be rendered",
                reason: "\(failure)\n        \(failure.excerpt)"
            )
        case .badPath(let template, let path, let problem):
            Diagnostic(
                "the template \(quoted(template)) cannot become the file \(quoted(path))",
                reason: "\(problem)"
            )
        case .tooMuchOutput(let template, let problem):
            problem.diagnostic(at: template)
        case .badUpload(let manifest, let path, let problem):
            Diagnostic(
                "the manifest \(quoted(manifest)) has an error",
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

    /// What the template says of its questions, apart from their keys.
    private func prompts(of questions: [Question]) -> String? {
        let told = questions.filter { $0.prompt != $0.key }
        return told.isEmpty ? nil : listed(told.map { "\($0.key): \($0.prompt)" }, most: 3)
    }

    /// The source of an answer, for the start of a sentence.
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
            "\(quoted(text)) is not a valid answer to '\(answer.key)'"
        case .value(.bool(let truth)): "\(truth) is not a valid answer to '\(answer.key)'"
        case .value(.integer(let number)): "\(number) is not a valid answer to '\(answer.key)'"
        case .value(.lines(let lines)):
            "\(listed(lines.map(quoted), most: 5)) is not a valid answer to '\(answer.key)'"
        case .other(let kind): "\(kind) is not a valid answer to '\(answer.key)'"
        }
    }

    /// The option that answers a question.
    private func setOption(_ question: Question) -> String {
        let value =
            switch question.kind {
            case .text, .lines: "TEXT"
            case .bool: "yes|no"
            case .integer: "NUMBER"
            case .choice(let words): words.count <= 5 ? words.joined(separator: "|") : "WORD"
            }
        return "--set \(question.key)=\(value)"
    }
}

extension OutputProblem {
    /// The problem in words.
    ///
    /// - Parameter template: The template at which it was noticed.
    /// - Returns: The diagnostic.
    func diagnostic(at template: String) -> Diagnostic {
        switch self {
        case .all(let most):
            Diagnostic(
                "the project would have more than \(size(most))",
                reason: "that is the limit for all files together; it was reached at "
                    + quoted(template),
                hint: "if the project is right, raise the limit: --max-output SIZE"
            )
        case .rendered(let most):
            Diagnostic(
                "the templates would become more than \(size(most))",
                reason:
                    "the limit is 100 times the size of the template, and at least 16 MiB; it was "
                    + "reached at \(quoted(template))",
                hint: "if the project is right, raise the limit: --max-output SIZE"
            )
        case .expansions(let most):
            Diagnostic(
                "the templates have too many sections and partials",
                reason: "the limit is \(grouped(most)) for all files together; it was reached at "
                    + quoted(template),
                hint: "leave out loops in loops, or partials that include others several times"
            )
        case .lookups(let most):
            Diagnostic(
                "the templates have too many tags",
                reason: "the limit is \(grouped(most)) looked-up names for all files together; "
                    + "it was reached at \(quoted(template))",
                hint: "leave out loops in loops, or partials that include others several times"
            )
        case .paths(let most):
            Diagnostic(
                "the paths of the project would become more than \(size(most))",
                reason: "this limit was reached at \(quoted(template))",
                hint: "leave out files, or make their paths shorter"
            )
        case .manifest(let most):
            Diagnostic(
                "the commands and steps of \(quoted(template)) would become more than "
                    + size(most),
                hint: "leave out commands, or make them shorter"
            )
        }
    }
}

/// How a command accepts answers: `pa-new --framework flask`, or `pa-new update --set framework=flask`.
package enum AnswerSyntax {
    /// With a separate option for each answer.
    case option
    /// With `--set`.
    case set
    /// With another command, `pa-new update`.
    case update

    /// Returns what to do about an unknown value; nil if the option can be left out.
    func hint(_ key: String, _ nearest: String?, of known: [String]) -> String? {
        if let nearest { return "did you mean \(text(key, nearest))?" }
        guard self != .option, let first = known.first else { return nil }
        return "choose another: \(text(key, first))"
    }

    /// Returns the option to type, without a value.
    func name(_ key: String) -> String { self == .option ? "--\(key)" : text(key, "…") }

    /// Returns the text to type.
    func text(_ key: String, _ value: String) -> String {
        switch self {
        case .option: "--\(key) \(value)"
        case .set: "--set \(key)=\(value)"
        case .update: "pa-new update --set \(key)=\(value)"
        }
    }
}
