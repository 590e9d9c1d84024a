// Errors in words: the one place that makes sentences of the cases of ScaffoldError.

import Mustache

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An error in words: what happened, why, and what to do.
public struct Diagnostic: Sendable, Hashable {
    /// What happened.
    public let message: String
    /// Why, where that is not plain.
    public let reason: String?
    /// What to do, where something can be done.
    public let hint: String?

    /// Puts an error in words.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - reason: Why, where that is not plain.
    ///   - hint: What to do, where something can be done.
    public init(_ message: String, reason: String? = nil, hint: String? = nil) {
        self.message = message
        self.reason = reason
        self.hint = hint
    }
}

extension ScaffoldError {
    /// The error in words.
    public var diagnostic: Diagnostic {
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
            explain(name, problem, suggestion)
        case .unknownFramework(let name, let nearest, let known):
            Diagnostic(
                "there is no framework \(quoted(name))",
                reason: "the frameworks are \(listed(known))",
                hint: nearest.map { "did you mean --framework \($0)?" } ?? "see: pa-new list"
            )
        case .unknownLanguage(let language, let nearest, let known):
            Diagnostic(
                "there is no language \(quoted(language))",
                reason: "the frameworks are in \(listed(known))",
                hint: nearest.map { "did you mean --language \($0)?" } ?? "see: pa-new list"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Diagnostic(
                "there is no \(name) in \(language)",
                reason: "\(name) is in \(listed(languages)), "
                    + "and in \(language) there is \(listed(known))",
                hint: "leave out --language, or choose --framework "
                    + listed(known, conjunction: "or")
            )
        case .unknownPipeline(let word, let nearest):
            Diagnostic(
                "there is no pipeline for \(quoted(word))",
                reason: "the words are \(listed(Pipeline.words))",
                hint: nearest.map { "did you mean --ci \($0)?" }
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
                hint: "did you mean --python \(nearest)?"
            )
        case .invalidUser(let user, let problem):
            explain(user, problem)
        case .invalidDomain(let domain, let problem):
            explain(domain, problem)
        case .domainOfAnotherAccount(let domain, let account):
            Diagnostic(
                "the account '\(account)' cannot have the domain '\(domain)'",
                reason:
                    "below pythonanywhere.com an account has its own name and SOMETHING-\(account)",
                hint: "did you mean --domain \(Domain(of: account, isEuropean: domain.isEuropean))?"
            )
        case .emptyOutput:
            Diagnostic("--output is empty", hint: "pass a folder, or leave it out for this one")

        case .targetExists(let path, .folder(let entries)) where entries.contains(stagingFolder):
            Diagnostic(
                "\(quoted(path)) exists, and an interrupted run of pa-new left it half changed",
                reason: "what was there before is kept in \(quoted(stagingFolder))",
                hint: "run pa-new with --into again, or pa-new update: it puts all back first"
            )
        case .targetExists(let path, .folder(let entries)):
            Diagnostic(
                "\(quoted(path)) exists and is not empty",
                reason: "it holds \(listed(entries.map(quoted), most: 3))",
                hint: "choose another name, or another folder with --output; "
                    + "--into adds the project to this one"
            )
        case .targetExists(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) exists",
                reason:
                    "it is \(obstacle == .link ? "a link" : obstacle == .file ? "a file" : "no folder")",
                hint: "choose another name, or another folder with --output"
            )
        case .badParent(let path, .missing):
            Diagnostic(
                "there is no folder \(quoted(path))",
                hint: "make it first: mkdir -p \(shellQuoted(path))"
            )
        case .badParent(let path, .notAFolder):
            Diagnostic("\(quoted(path)) is not a folder", hint: "pass a folder with --output")
        case .badParent(let path, .notWritable(let code)):
            Diagnostic(
                "nothing can be made in \(quoted(path))",
                reason: systemReason(code),
                hint: "choose another folder with --output"
            )
        case .inTheWay(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason: explain(obstacle),
                hint: "move it away"
            )
        case .conflicts(let target, let paths):
            Diagnostic(
                "\(paths.count == 1 ? "a file" : "\(paths.count) files") in \(quoted(target)) "
                    + "would be overwritten",
                reason: "with other contents there: \(listed(paths.map(quoted), most: 20))",
                hint: "leave them with --skip-existing, or replace them with --overwrite, "
                    + "which keeps the old ones as FILE~"
            )
        case .busy(let path):
            Diagnostic(
                "another run of pa-new works in \(quoted(path))",
                hint: "try again when it has ended"
            )
        case .badStaging(let path, .foreign):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason: "pa-new keeps what has not landed yet there, and has not made this one",
                hint: "remove it, if you do not know it either"
            )
        case .badStaging(let path, .unreadable):
            Diagnostic(
                "what an interrupted run left in \(quoted(path)) cannot be taken back",
                reason: "its journal is damaged, or of another version of pa-new",
                hint: "look there for what you miss (old-N is a file from before), then remove it"
            )
        case .notRolledBack(let path, let code):
            Diagnostic(
                "the changes failed, and could not be taken back",
                reason: systemReason(code),
                hint: "run it again: all that was there is kept in \(quoted(path)) until then"
            )
        case .system(let operation, let path, let code):
            Diagnostic(
                "\(verb(operation)) \(quoted(path)) failed",
                reason: systemReason(code),
                hint: code == ENOSPC || code == EDQUOT
                    ? "free some space; nothing was left behind" : "nothing was left behind"
            )

        case .cannotRead(let path, let problem):
            explain(path, problem)
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

        case .git(.missing):
            Diagnostic(
                "there is no git for --git",
                reason: "no folder on PATH has a program of that name",
                hint: "install git, or leave out --git; nothing was written"
            )
        case .git(.cannotStart(let path, let code)):
            Diagnostic(
                "starting \(quoted(path)) failed",
                reason: systemReason(code),
                hint: "leave out --git; nothing was written"
            )
        case .git(.failed(let command, let output)):
            Diagnostic(
                "git \(command) failed",
                reason: output.split(separator: "\n").last.map { quoted(String($0)) },
                hint: "run it again without --git, then git init by hand"
            )
        case .cannotUpdate(let folder, let problem):
            explain(folder, problem)

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
        case .notText(let path):
            Diagnostic(
                "the template \(quoted(path)) cannot be rendered",
                reason: "it is not valid UTF-8"
            )
        }
    }

    private func explain(_ folder: String, _ problem: UpdateProblem) -> Diagnostic {
        let message = "the project in \(quoted(folder)) cannot be updated"
        return switch problem {
        case .noFolder(.missing):
            Diagnostic(
                message,
                reason: "there is no such folder",
                hint: "pass one: pa-new update DIR"
            )
        case .noFolder(.notAFolder):
            Diagnostic(message, reason: "it is not a folder", hint: "pass one: pa-new update DIR")
        case .noFolder(.notWritable(let code)):
            Diagnostic(message, reason: systemReason(code), hint: "nothing was written")
        case .noRecord:
            Diagnostic(
                message,
                reason: "it has no \(Plan.answersFile): pa-new did not make it",
                hint: "pass the folder of a project: pa-new update DIR"
            )
        case .badRecord(let reason):
            Diagnostic(
                message,
                reason: "its \(Plan.answersFile) cannot be read: \(reason)",
                hint: "put back the one that pa-new wrote, from your version control, say"
            )
        case .noBase:
            Diagnostic(
                message,
                reason:
                    "it has no \(Baseline.fileName), so that nobody can tell your edits from ours",
                hint: "put it back from your version control; or make the project anew beside it, "
                    + "and carry your edits over"
            )
        case .badBase(let problem):
            Diagnostic(
                message,
                reason: "its \(Baseline.fileName) cannot be used: \(explain(problem))",
                hint: "put back the one that pa-new wrote, from your version control, say"
            )
        case .newer(let version):
            Diagnostic(
                message,
                reason: "pa-new \(version) made it, and this is \(paNewVersion)",
                hint: "install that version, or a later one"
            )
        case .ownTemplate(let name):
            Diagnostic(
                message,
                reason: "it was made from the template \(quoted(name)), which is not pa-new's own",
                hint: "pass its folder with --template"
            )
        case .unknownPython(let text, let nearest):
            Diagnostic(
                message,
                reason: "the host's current image does not offer Python \(quoted(text))",
                hint: "choose another: --set python=\(nearest)"
            )
        case .unknownFramework(let name, let nearest, let known):
            Diagnostic(
                message,
                reason:
                    "there is no framework \(quoted(name)): the frameworks are \(listed(known))",
                hint: "choose another: --set framework=\(nearest ?? known.first ?? "")"
            )
        case .unknownPipeline(let word, let nearest):
            Diagnostic(
                message,
                reason: "there is no pipeline for \(quoted(word)): the words are "
                    + listed(Pipeline.words),
                hint: "choose another: --set ci=\(nearest ?? Pipeline.none)"
            )
        case .unknownLanguage(let language, let nearest, let known):
            Diagnostic(
                message,
                reason: "there is no language \(quoted(language)): the frameworks are in "
                    + listed(known),
                hint: "choose another: --set language=\(nearest ?? known.first ?? "")"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Diagnostic(
                message,
                reason: "there is no \(name) in \(language): \(name) is in \(listed(languages)), "
                    + "and in \(language) there is \(listed(known))",
                hint: "choose another language as well: --set language=\(languages.first ?? "")"
            )
        case .unresolved(let paths):
            Diagnostic(
                message,
                reason: "an earlier update left conflicts in \(listed(paths.map(quoted), most: 5))",
                hint: "resolve them first: look for the lines with <<<<<<< and >>>>>>>"
            )
        }
    }

    private func explain(_ problem: UpdateProblem.BaseProblem) -> String {
        switch problem {
        case .notReadable: "it is damaged"
        case .version(let number): "its form has the version \(number), which is not known here"
        case .path(let path): "the entry \(quoted(path)) is wrong"
        }
    }

    private func explain(
        _ name: String,
        _ problem: ProjectName.Problem,
        _ suggestion: String
    ) -> Diagnostic {
        let message = "\(quoted(name)) cannot be a project's name"
        let hint = "try: pa-new \(suggestion)"
        return switch problem {
        case .empty:
            Diagnostic("the project's name is empty", hint: hint)
        case .pathSeparator(let parent):
            Diagnostic(
                message,
                reason: "it is a path",
                hint: "to choose the folder: pa-new \(suggestion) --output \(shellQuoted(parent))"
            )
        case .tooLong(let count):
            Diagnostic(
                message,
                reason: "it has \(count) characters, \(ProjectName.maxLength) are the most",
                hint: hint
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '_'",
                hint: hint
            )
        case .leadingDigit:
            Diagnostic(message, reason: "no Python package starts with a digit", hint: hint)
        case .leadingMark(let mark):
            Diagnostic(message, reason: "it starts with '\(mark)', not with a letter", hint: hint)
        case .keyword(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is a keyword of Python: no package can be called that",
                hint: hint
            )
        case .command(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is, or will be, a command of pa-new",
                hint: hint
            )
        case .standardLibrary(let module):
            Diagnostic(
                message,
                reason:
                    "the package would hide the module '\(module)' of Python's standard library",
                hint: hint
            )
        case .framework(let module, let framework, let language):
            Diagnostic(
                message,
                reason: "the package would hide the module '\(module)' that \(framework) brings",
                hint: module == framework
                    ? "\(hint), or did you mean: pa-new hello --framework \(framework)"
                        + (language.map { " --language \($0)" } ?? "") : hint
            )
        case .environment(let module):
            Diagnostic(
                message,
                reason:
                    "the package would hide the module '\(module)' of the host's server or its tools",
                hint: hint
            )
        case .layout(let name):
            Diagnostic(
                message,
                reason:
                    "every project has '\(name)' at its top, and the package would be in its way",
                hint: hint
            )
        }
    }

    private func explain(_ user: String, _ problem: AccountName.Problem) -> Diagnostic {
        let message = "\(quoted(user)) cannot be an account on the host"
        return switch problem {
        case .empty:
            Diagnostic("--user is empty", hint: "pass your account's name, or leave it out")
        case .tooLong(let count):
            Diagnostic(
                message,
                reason: "it has \(count) characters, 63 are the most in a domain's label"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits and '-' "
                    + "that USER.pythonanywhere.com can have"
            )
        case .hyphenAtAnEnd:
            Diagnostic(message, reason: "a domain's label neither starts nor ends with '-'")
        case .domain(let user):
            Diagnostic(
                message,
                reason: "it is a domain or an address",
                hint: "did you mean --user \(user)? A domain goes into --domain"
            )
        }
    }

    private func explain(_ domain: String, _ problem: Domain.Problem) -> Diagnostic {
        let message = "\(quoted(domain)) cannot be a web app's domain"
        return switch problem {
        case .empty:
            Diagnostic("--domain is empty", hint: "pass a domain, or leave it out")
        case .address(let domain):
            Diagnostic(
                message,
                reason: "it is an address",
                hint: "did you mean --domain \(domain)?"
            )
        case .tooLong(let count):
            Diagnostic(message, reason: "it has \(count) characters, 253 are the most")
        case .emptyLabel:
            Diagnostic(message, reason: "there is nothing before, after or between dots")
        case .singleLabel:
            Diagnostic(
                message,
                reason: "it has no dot",
                hint: "pass a whole domain, such as www.example.com"
            )
        case .longLabel(let label):
            Diagnostic(
                message,
                reason: "\(quoted(label)) has \(label.count) characters, 63 are the most"
            )
        case .hyphenAtAnEnd(let label):
            Diagnostic(message, reason: "\(quoted(label)) starts or ends with '-'")
        case .international:
            Diagnostic(
                message,
                reason: "the host takes an international domain in its ASCII form",
                hint: "pass the form that starts with xn--"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '.'"
            )
        case .host:
            Diagnostic(
                message,
                reason: "it is the host's own",
                hint: "pass USER.pythonanywhere.com, or USER.eu.pythonanywhere.com on the EU system"
            )
        case .number:
            Diagnostic(
                message,
                reason: "it ends in a number, as an IP address does",
                hint: "pass a domain's name, such as www.example.com"
            )
        }
    }

    private func explain(_ path: String, _ problem: ReadProblem) -> Diagnostic {
        switch problem {
        case .missing: Diagnostic("there is no \(quoted(path))")
        case .notAFile: Diagnostic("\(quoted(path)) is not a file")
        case .notAFolder: Diagnostic("\(quoted(path)) is not a folder")
        case .link: Diagnostic("\(quoted(path)) is a link")
        case .tooLarge(let most):
            Diagnostic("\(quoted(path)) is too large", reason: "\(most) bytes are the most")
        case .tooMany(let most):
            Diagnostic("\(quoted(path)) is too large", reason: "\(most) files are the most")
        case .refused(let code):
            Diagnostic("\(quoted(path)) cannot be read", reason: systemReason(code))
        }
    }

    /// Where an answer was given, for the start of a sentence.
    private func place(_ origin: AnswerInput.Origin) -> String {
        switch origin {
        case .option: ""
        case .file(let location): shown(location) + ": "
        case .recorded: Plan.answersFile + ": "
        }
    }

    private func shown(_ location: Mustache.Location) -> String {
        "\(writtenOut(location.path.unicodeScalars)):\(location.line):\(location.column)"
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

    private func explain(_ obstacle: Obstacle) -> String {
        switch obstacle {
        case .folder: "it is a folder"
        case .file: "it is a file"
        case .link: "it is a link, and links are not followed"
        case .other: "it is neither a file nor a folder"
        }
    }

    private func verb(_ operation: Operation) -> String {
        switch operation {
        case .look: "looking at"
        case .lock: "locking"
        case .read: "reading"
        case .remove: "removing"
        case .makeFolder: "making the folder"
        case .write: "writing"
        case .rename: "moving the finished project to"
        }
    }
}

/// Returns the system's words for an error number.
func systemReason(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// Returns a text in quotation marks that is safe on any terminal: short, and with control
/// characters and other invisible ones written out.
///
/// - Parameter text: What somebody typed.
/// - Returns: The text, quoted.
public func quoted(_ text: String) -> String {
    let most = 80
    let shown = writtenOut(text.unicodeScalars.prefix(most))
    let isLonger = text.unicodeScalars.dropFirst(most).isEmpty == false
    return "'" + shown + (isLonger ? "…" : "") + "'"
}

/// Returns a text with its invisible characters written out, so that it cannot steer a terminal.
func writtenOut(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var shown = ""
    for scalar in scalars {
        if isInvisible(scalar) {
            shown += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}

/// Whether a character shows nothing of its own, or changes what others show.
///
/// - Parameter scalar: The character.
/// - Returns: Whether it has to be written out.
public func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        true
    default: false
    }
}

/// Returns words as a list in a sentence: `a, b and c`.
///
/// - Parameters:
///   - words: The words.
///   - most: How many of them to name.
///   - conjunction: What stands before the last one.
/// - Returns: The list.
public func listed(
    _ words: [String],
    most: Int = .max,
    conjunction: String = "and"
) -> String {
    if words.count > most {
        return words.prefix(most).joined(separator: ", ") + " and \(words.count - most) more"
    }
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
