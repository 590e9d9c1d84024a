// Why a project's name, an account or a domain is refused, in words.

extension ProjectName.Problem {
    /// The problem in words.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - suggestion: A similar name that is allowed.
    ///   - syntax: How the command accepts answers.
    /// - Returns: The diagnostic.
    func diagnostic(
        for name: String,
        suggestion: String,
        answeredBy syntax: AnswerSyntax = .option
    ) -> Diagnostic {
        let diagnostic = diagnostic(for: name, suggestion)
        if syntax == .option { return diagnostic }
        let hint =
            suggestion.isEmpty
            ? "choose another name: \(syntax.text("name", "NAME"))"
            : "try: \(syntax.text("name", suggestion))"
        return Diagnostic(diagnostic.message, reason: diagnostic.reason, hint: hint)
    }

    private func diagnostic(for name: String, _ suggestion: String) -> Diagnostic {
        let message = "\(quoted(name)) cannot be a project's name"
        let hint = "try: pa-new \(suggestion)"
        return switch self {
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
                reason: "it has \(count) characters; the maximum is \(ProjectName.maxLength)",
                hint: hint
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is not allowed: use letters from a to z, digits, '-' and '_'",
                hint: hint
            )
        case .leadingDigit:
            Diagnostic(
                message,
                reason: "the name of a Python package cannot start with a digit",
                hint: hint
            )
        case .leadingMark(let mark):
            Diagnostic(
                message,
                reason: "it starts with '\(mark)'; it has to start with a letter",
                hint: hint
            )
        case .keyword(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is a Python keyword, and a package cannot have that name",
                hint: hint
            )
        case .command(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is a command of pa-new",
                hint: hint
            )
        case .standardLibrary(let module):
            Diagnostic(
                message,
                reason:
                    "its package would hide the module '\(module)' of Python's standard library",
                hint: hint
            )
        case .framework(let module, let framework, let language):
            Diagnostic(
                message,
                reason: "its package would hide the module '\(module)', which \(framework) needs",
                hint: module == framework
                    ? "\(hint); or did you mean: pa-new hello --framework \(framework)"
                        + (language.map { " --language \($0)" } ?? "") : hint
            )
        case .environment(let module):
            Diagnostic(
                message,
                reason:
                    "its package would hide the module '\(module)', which PythonAnywhere needs",
                hint: hint
            )
        case .layout(let name):
            Diagnostic(
                message,
                reason:
                    "projects can have a file or folder called '\(name)', and its package would be in that place",
                hint: hint
            )
        }
    }
}

extension AccountName.Problem {
    /// The problem in words.
    func diagnostic(for user: String, answeredBy syntax: AnswerSyntax = .option) -> Diagnostic {
        let message = "\(quoted(user)) cannot be a PythonAnywhere account"
        return switch self {
        case .empty:
            Diagnostic("--user is empty", hint: "pass the name of your account, or remove --user")
        case .tooLong(let count):
            Diagnostic(
                message,
                reason: "it has \(count) characters; the maximum is 63"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is not allowed: an account has only letters from a to z, "
                    + "digits and '-'"
            )
        case .hyphenAtAnEnd:
            Diagnostic(message, reason: "it cannot start or end with '-'")
        case .domain(let user):
            Diagnostic(
                message,
                reason: "it is a domain or a URL",
                hint: "did you mean \(syntax.text("user", user))? To set the domain: "
                    + syntax.name("domain")
            )
        }
    }
}

extension Domain.Problem {
    /// The problem in words.
    func diagnostic(for domain: String, answeredBy syntax: AnswerSyntax = .option) -> Diagnostic {
        let message = "\(quoted(domain)) cannot be a web app's domain"
        return switch self {
        case .empty:
            Diagnostic("--domain is empty", hint: "pass a domain, or remove --domain")
        case .address(let domain):
            Diagnostic(
                message,
                reason: "it is a URL",
                hint: "did you mean \(syntax.text("domain", domain))?"
            )
        case .tooLong(let count):
            Diagnostic(message, reason: "it has \(count) characters; the maximum is 253")
        case .emptyLabel:
            Diagnostic(message, reason: "a part before, after or between the dots is empty")
        case .singleLabel:
            Diagnostic(
                message,
                reason: "it has no dot",
                hint: "pass a complete domain, such as www.example.com"
            )
        case .longLabel(let label):
            Diagnostic(
                message,
                reason: "\(quoted(label)) has \(label.count) characters; the maximum is 63"
            )
        case .hyphenAtAnEnd(let label):
            Diagnostic(message, reason: "\(quoted(label)) starts or ends with '-'")
        case .international:
            Diagnostic(
                message,
                reason: "PythonAnywhere needs an international domain in its ASCII form",
                hint: "pass the form that starts with xn--"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is not allowed: use letters from a to z, digits, '-' and '.'"
            )
        case .host:
            Diagnostic(
                message,
                reason: "it belongs to PythonAnywhere itself",
                hint: "pass USER.pythonanywhere.com, or USER.eu.pythonanywhere.com on the EU system"
            )
        case .number:
            Diagnostic(
                message,
                reason: "it ends in a number, as an IP address does",
                hint: "pass a domain, such as www.example.com"
            )
        }
    }
}
