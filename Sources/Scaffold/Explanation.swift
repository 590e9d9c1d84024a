// Errors in words: the one place that makes sentences of the cases of ScaffoldError.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An error in words: what happened, why, and what to do.
public struct Explanation: Sendable, Hashable {
    /// What happened.
    public let what: String
    /// Why, where that is not plain.
    public let why: String?
    /// What to do, where something can be done.
    public let help: String?

    /// Puts an error in words.
    ///
    /// - Parameters:
    ///   - what: What happened.
    ///   - why: Why, where that is not plain.
    ///   - help: What to do, where something can be done.
    public init(_ what: String, why: String? = nil, help: String? = nil) {
        self.what = what
        self.why = why
        self.help = help
    }
}

extension ScaffoldError {
    /// The error in words.
    public var explanation: Explanation {
        switch self {
        case .noName:
            Explanation("what should the project be called?", help: "try: pa-new hello")
        case .frameworkAndTemplate:
            Explanation(
                "--framework and --template exclude each other",
                why: "a template folder is used in the place of a framework"
            )
        case .languageAndTemplate:
            Explanation(
                "--language and --template exclude each other",
                why: "only the frameworks have a language, and a template folder has none",
                help: "leave one of them out"
            )
        case .projectInTemplate(let path):
            Explanation(
                "the project would lie in its own template \(quoted(path))",
                why: "the next project would have a copy of it",
                help: "choose another folder with --output"
            )
        case .unknownAnswer(let answer, let nearest, let known):
            Explanation(
                place(answer.origin) + "there is no question \(quoted(answer.key))",
                why: known.isEmpty
                    ? "the template asks nothing"
                    : "the questions are \(listed(known.map(quoted), most: 10))",
                help: nearest.map {
                    answer.origin == .option
                        ? "did you mean --set \($0)=…?" : "did you mean \(quoted($0))?"
                }
            )
        case .repeatedAnswer(let key):
            Explanation("--set answers \(quoted(key)) twice", help: "keep the one that you mean")
        case .badAnswer(let answer, let question, let problem):
            Explanation(
                place(answer.origin) + described(answer),
                why: "\(problem)" + (question.help.map { " (\($0))" } ?? ""),
                help: answer.origin == .recorded
                    ? "give another answer with \(setOption(question))" : nil
            )
        case .answerNotAsked(let answer, let question):
            Explanation(
                place(answer.origin) + "\(quoted(question.key)) is not asked",
                why: "it is asked only with "
                    + listed(
                        question.condition.terms.map { ($0.isNegated ? "!" : "") + $0.name }
                    ),
                help: "leave it out, or change the answer that it depends on"
            )
        case .missingAnswers(let questions):
            Explanation(
                "the template asks for "
                    + listed(questions.map { quoted($0.key) }, most: 10),
                why: listed(questions.map { "\($0.key): \($0.prompt)" }, most: 3),
                help: "pass "
                    + questions.prefix(10).map(setOption).joined(separator: " ")
                    + ", or a file of answers with --answers"
            )
        case .invalidName(let name, let problem, let suggestion):
            explain(name, problem, suggestion)
        case .unknownFramework(let name, let nearest, let known):
            Explanation(
                "there is no framework \(quoted(name))",
                why: "the frameworks are \(listed(known))",
                help: nearest.map { "did you mean --framework \($0)?" } ?? "see: pa-new list"
            )
        case .unknownLanguage(let language, let nearest, let known):
            Explanation(
                "there is no language \(quoted(language))",
                why: "the frameworks are in \(listed(known))",
                help: nearest.map { "did you mean --language \($0)?" } ?? "see: pa-new list"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Explanation(
                "there is no \(name) in \(language)",
                why: "\(name) is in \(listed(languages)), "
                    + "and in \(language) there is \(listed(known))",
                help: "leave out --language, or choose --framework "
                    + listed(known, conjunction: "or")
            )
        case .unknownPipeline(let word, let nearest):
            Explanation(
                "there is no pipeline for \(quoted(word))",
                why: "the words are \(listed(Pipeline.words))",
                help: nearest.map { "did you mean --ci \($0)?" }
                    ?? "pass --ci with one of these words, or leave it out"
            )
        case .noPipeline(let pipeline, let template):
            Explanation(
                "there is no pipeline for \(pipeline.title) in "
                    + (template.map { "the template \(quoted($0))" } ?? "this framework"),
                why: "none of its files is there only with \(quoted(pipeline.name))",
                help: "leave out --ci, or write one: docs/templates.md says how"
            )
        case .unknownPython(let text, let nearest):
            Explanation(
                "the host's current image does not offer Python \(quoted(text))",
                why: "it offers \(listed(PythonVersion.offered.map(\.description)))",
                help: "did you mean --python \(nearest)?"
            )
        case .invalidUser(let user, let problem):
            explain(user, problem)
        case .invalidDomain(let domain, let problem):
            explain(domain, problem)
        case .domainOfAnotherAccount(let domain, let account):
            Explanation(
                "the account '\(account)' cannot have the domain '\(domain)'",
                why:
                    "below pythonanywhere.com an account has its own name and SOMETHING-\(account)",
                help: "did you mean --domain \(Domain(of: account, isEuropean: domain.isEuropean))?"
            )
        case .emptyOutput:
            Explanation("--output is empty", help: "pass a folder, or leave it out for this one")

        case .targetExists(let path, .folder(let entries)) where entries.contains(stagingFolder):
            Explanation(
                "\(quoted(path)) exists, and an interrupted run of pa-new left it half changed",
                why: "what was there before is kept in \(quoted(stagingFolder))",
                help: "run pa-new with --into again, or pa-new update: it puts all back first"
            )
        case .targetExists(let path, .folder(let entries)):
            Explanation(
                "\(quoted(path)) exists and is not empty",
                why: "it holds \(listed(entries.map(quoted), most: 3))",
                help: "choose another name, or another folder with --output; "
                    + "--into adds the project to this one"
            )
        case .targetExists(let path, let obstacle):
            Explanation(
                "\(quoted(path)) exists",
                why:
                    "it is \(obstacle == .link ? "a link" : obstacle == .file ? "a file" : "no folder")",
                help: "choose another name, or another folder with --output"
            )
        case .badParent(let path, .missing):
            Explanation(
                "there is no folder \(quoted(path))",
                help: "make it first: mkdir -p \(shellQuoted(path))"
            )
        case .badParent(let path, .notAFolder):
            Explanation("\(quoted(path)) is not a folder", help: "pass a folder with --output")
        case .badParent(let path, .notWritable(let code)):
            Explanation(
                "nothing can be made in \(quoted(path))",
                why: systemReason(code),
                help: "choose another folder with --output"
            )
        case .inTheWay(let path, let obstacle):
            Explanation(
                "\(quoted(path)) is in the way",
                why: explain(obstacle),
                help: "move it away"
            )
        case .conflicts(let target, let paths):
            Explanation(
                "\(paths.count == 1 ? "a file" : "\(paths.count) files") in \(quoted(target)) "
                    + "would be overwritten",
                why: "with other contents there: \(listed(paths.map(quoted), most: 20))",
                help: "leave them with --skip-existing, or replace them with --overwrite, "
                    + "which keeps the old ones as FILE~"
            )
        case .busy(let path):
            Explanation(
                "another run of pa-new works in \(quoted(path))",
                help: "try again when it has ended"
            )
        case .badStaging(let path, .foreign):
            Explanation(
                "\(quoted(path)) is in the way",
                why: "pa-new keeps what has not landed yet there, and has not made this one",
                help: "remove it, if you do not know it either"
            )
        case .badStaging(let path, .unreadable):
            Explanation(
                "what an interrupted run left in \(quoted(path)) cannot be taken back",
                why: "its journal is damaged, or of another version of pa-new",
                help: "look there for what you miss (old-N is a file from before), then remove it"
            )
        case .notTakenBack(let path, let code):
            Explanation(
                "the changes failed, and could not be taken back",
                why: systemReason(code),
                help: "run it again: all that was there is kept in \(quoted(path)) until then"
            )
        case .system(let operation, let path, let code):
            Explanation(
                "\(verb(operation)) \(quoted(path)) failed",
                why: systemReason(code),
                help: code == ENOSPC || code == EDQUOT
                    ? "free some space; nothing was left behind" : "nothing was left behind"
            )

        case .cannotRead(let path, let problem):
            explain(path, problem)
        case .badAnswersFile(let location, let reason):
            Explanation("the answers cannot be read", why: "\(shown(location)): \(reason)")
        case .badTemplateFolder(let path, let findings):
            Explanation(
                "the template \(quoted(path)) is wrong",
                why: findings.prefix(10).map { "\($0)" }.joined(separator: "\n        ")
                    + (findings.count > 10 ? "\n        and \(findings.count - 10) more" : ""),
                help: "for all of it: pa-new template check \(shellQuoted(path))"
            )
        case .inOwnTemplate(let error): error.explanation

        case .git(.missing):
            Explanation(
                "there is no git for --git",
                why: "no folder on PATH has a program of that name",
                help: "install git, or leave out --git; nothing was written"
            )
        case .git(.cannotStart(let path, let code)):
            Explanation(
                "starting \(quoted(path)) failed",
                why: systemReason(code),
                help: "leave out --git; nothing was written"
            )
        case .git(.failed(let command, let output)):
            Explanation(
                "git \(command) failed",
                why: output.split(separator: "\n").last.map { quoted(String($0)) },
                help: "run it again without --git, then git init by hand"
            )
        case .cannotUpdate(let folder, let problem):
            explain(folder, problem)

        case .badManifest(let path, let reason):
            Explanation("the manifest \(quoted(path)) is wrong", why: reason)
        case .badTemplate(let failure):
            Explanation(
                "a template cannot be rendered",
                why: "\(failure)\n        \(failure.lineText)"
            )
        case .badPath(let template, let path, let problem):
            Explanation(
                "the template \(quoted(template)) cannot become \(quoted(path))",
                why: "\(problem)"
            )
        case .badUpload(let manifest, let path, let problem):
            Explanation(
                "the manifest \(quoted(manifest)) is wrong",
                why: "\(quoted(path)) cannot be uploaded: \(problem)"
            )
        case .notText(let path):
            Explanation(
                "the template \(quoted(path)) cannot be rendered",
                why: "it is not valid UTF-8"
            )
        }
    }

    private func explain(_ folder: String, _ problem: UpdateProblem) -> Explanation {
        let what = "the project in \(quoted(folder)) cannot be updated"
        return switch problem {
        case .noFolder(.missing):
            Explanation(what, why: "there is no such folder", help: "pass one: pa-new update DIR")
        case .noFolder(.notAFolder):
            Explanation(what, why: "it is not a folder", help: "pass one: pa-new update DIR")
        case .noFolder(.notWritable(let code)):
            Explanation(what, why: systemReason(code), help: "nothing was written")
        case .noRecord:
            Explanation(
                what,
                why: "it has no \(Plan.answersFile): pa-new did not make it",
                help: "pass the folder of a project: pa-new update DIR"
            )
        case .badRecord(let reason):
            Explanation(
                what,
                why: "its \(Plan.answersFile) cannot be read: \(reason)",
                help: "put back the one that pa-new wrote, from your version control, say"
            )
        case .noBase:
            Explanation(
                what,
                why: "it has no \(Base.fileName), so that nobody can tell your edits from ours",
                help: "put it back from your version control; or make the project anew beside it, "
                    + "and carry your edits over"
            )
        case .badBase(let problem):
            Explanation(
                what,
                why: "its \(Base.fileName) cannot be used: \(explain(problem))",
                help: "put back the one that pa-new wrote, from your version control, say"
            )
        case .newer(let version):
            Explanation(
                what,
                why: "pa-new \(version) made it, and this is \(paNewVersion)",
                help: "install that version, or a later one"
            )
        case .ownTemplate(let name):
            Explanation(
                what,
                why: "it was made from the template \(quoted(name)), which is not pa-new's own",
                help: "pass its folder with --template"
            )
        case .unknownPython(let text, let nearest):
            Explanation(
                what,
                why: "the host's current image does not offer Python \(quoted(text))",
                help: "choose another: --set python=\(nearest)"
            )
        case .unknownFramework(let name, let nearest, let known):
            Explanation(
                what,
                why: "there is no framework \(quoted(name)): the frameworks are \(listed(known))",
                help: "choose another: --set framework=\(nearest ?? known.first ?? "")"
            )
        case .unknownPipeline(let word, let nearest):
            Explanation(
                what,
                why: "there is no pipeline for \(quoted(word)): the words are "
                    + listed(Pipeline.words),
                help: "choose another: --set ci=\(nearest ?? Pipeline.none)"
            )
        case .unknownLanguage(let language, let nearest, let known):
            Explanation(
                what,
                why: "there is no language \(quoted(language)): the frameworks are in "
                    + listed(known),
                help: "choose another: --set language=\(nearest ?? known.first ?? "")"
            )
        case .frameworkInOtherLanguages(let name, let language, let languages, let known):
            Explanation(
                what,
                why: "there is no \(name) in \(language): \(name) is in \(listed(languages)), "
                    + "and in \(language) there is \(listed(known))",
                help: "choose another language as well: --set language=\(languages.first ?? "")"
            )
        case .unresolved(let paths):
            Explanation(
                what,
                why: "an earlier update left conflicts in \(listed(paths.map(quoted), most: 5))",
                help: "resolve them first: look for the lines with <<<<<<< and >>>>>>>"
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
    ) -> Explanation {
        let what = "\(quoted(name)) cannot be a project's name"
        let help = "try: pa-new \(suggestion)"
        return switch problem {
        case .empty:
            Explanation("the project's name is empty", help: help)
        case .pathSeparator(let parent):
            Explanation(
                what,
                why: "it is a path",
                help: "to choose the folder: pa-new \(suggestion) --output \(shellQuoted(parent))"
            )
        case .tooLong(let count):
            Explanation(
                what,
                why: "it has \(count) characters, \(ProjectName.longest) are the most",
                help: help
            )
        case .character(let character):
            Explanation(
                what,
                why:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '_'",
                help: help
            )
        case .leadingDigit:
            Explanation(what, why: "no Python package starts with a digit", help: help)
        case .leadingMark(let mark):
            Explanation(what, why: "it starts with '\(mark)', not with a letter", help: help)
        case .keyword(let word):
            Explanation(
                what,
                why: "'\(word)' is a keyword of Python: no package can be called that",
                help: help
            )
        case .command(let word):
            Explanation(
                what,
                why: "'\(word)' is, or will be, a command of pa-new",
                help: help
            )
        case .standardLibrary(let module):
            Explanation(
                what,
                why: "the package would hide the module '\(module)' of Python's standard library",
                help: help
            )
        case .framework(let module, let framework, let language):
            Explanation(
                what,
                why: "the package would hide the module '\(module)' that \(framework) brings",
                help: module == framework
                    ? "\(help), or did you mean: pa-new hello --framework \(framework)"
                        + (language.map { " --language \($0)" } ?? "") : help
            )
        case .environment(let module):
            Explanation(
                what,
                why:
                    "the package would hide the module '\(module)' of the host's server or its tools",
                help: help
            )
        case .layout(let name):
            Explanation(
                what,
                why: "every project has '\(name)' at its top, and the package would be in its way",
                help: help
            )
        }
    }

    private func explain(_ user: String, _ problem: AccountName.Problem) -> Explanation {
        let what = "\(quoted(user)) cannot be an account on the host"
        return switch problem {
        case .empty:
            Explanation("--user is empty", help: "pass your account's name, or leave it out")
        case .tooLong(let count):
            Explanation(
                what,
                why: "it has \(count) characters, 63 are the most in a domain's label"
            )
        case .character(let character):
            Explanation(
                what,
                why: "\(quoted(String(character))) is none of the letters a to z, digits and '-' "
                    + "that USER.pythonanywhere.com can have"
            )
        case .hyphenAtAnEnd:
            Explanation(what, why: "a domain's label neither starts nor ends with '-'")
        case .domain(let user):
            Explanation(
                what,
                why: "it is a domain or an address",
                help: "did you mean --user \(user)? A domain goes into --domain"
            )
        }
    }

    private func explain(_ domain: String, _ problem: Domain.Problem) -> Explanation {
        let what = "\(quoted(domain)) cannot be a web app's domain"
        return switch problem {
        case .empty:
            Explanation("--domain is empty", help: "pass a domain, or leave it out")
        case .address(let domain):
            Explanation(what, why: "it is an address", help: "did you mean --domain \(domain)?")
        case .tooLong(let count):
            Explanation(what, why: "it has \(count) characters, 253 are the most")
        case .emptyLabel:
            Explanation(what, why: "there is nothing before, after or between dots")
        case .singleLabel:
            Explanation(
                what,
                why: "it has no dot",
                help: "pass a whole domain, such as www.example.com"
            )
        case .longLabel(let label):
            Explanation(
                what,
                why: "\(quoted(label)) has \(label.count) characters, 63 are the most"
            )
        case .hyphenAtAnEnd(let label):
            Explanation(what, why: "\(quoted(label)) starts or ends with '-'")
        case .international:
            Explanation(
                what,
                why: "the host takes an international domain in its ASCII form",
                help: "pass the form that starts with xn--"
            )
        case .character(let character):
            Explanation(
                what,
                why:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '.'"
            )
        case .host:
            Explanation(
                what,
                why: "it is the host's own",
                help: "pass USER.pythonanywhere.com, or USER.eu.pythonanywhere.com on the EU system"
            )
        case .number:
            Explanation(
                what,
                why: "it ends in a number, as an IP address does",
                help: "pass a domain's name, such as www.example.com"
            )
        }
    }

    private func explain(_ path: String, _ problem: ReadProblem) -> Explanation {
        switch problem {
        case .missing: Explanation("there is no \(quoted(path))")
        case .notAFile: Explanation("\(quoted(path)) is not a file")
        case .notAFolder: Explanation("\(quoted(path)) is not a folder")
        case .link: Explanation("\(quoted(path)) is a link")
        case .tooLarge(let most):
            Explanation("\(quoted(path)) is too large", why: "\(most) bytes are the most")
        case .tooMany(let most):
            Explanation("\(quoted(path)) is too large", why: "\(most) files are the most")
        case .refused(let code):
            Explanation("\(quoted(path)) cannot be read", why: systemReason(code))
        }
    }

    /// Where an answer was given, for the start of a sentence.
    private func place(_ origin: GivenAnswer.Origin) -> String {
        switch origin {
        case .option: ""
        case .file(let location): shown(location) + ": "
        case .recorded: Plan.answersFile + ": "
        }
    }

    private func shown(_ location: Mustache.Location) -> String {
        "\(writtenOut(location.path.unicodeScalars)):\(location.line):\(location.column)"
    }

    private func described(_ answer: GivenAnswer) -> String {
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
