// Where the program starts: words in, exit code out.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@main
enum PaNew {
    static func main() {
        // A file size limit should be an error like any other, with the staging folder removed.
        signal(SIGXFSZ, SIG_IGN)
        let words = UnsafeBufferPointer(
            start: CommandLine.unsafeArgv,
            count: Int(CommandLine.argc)
        )
        exit(run(words.dropFirst().compactMap(\.self)))
    }

    /// Does what the command line asks for.
    ///
    /// - Parameter words: The words after the program's name.
    /// - Returns: The exit code.
    static func run(_ words: [UnsafeMutablePointer<CChar>]) -> Int32 {
        do {
            let catalog = try Catalog.embedded()
            let options = Option.all(catalog)
            switch try parse(texts(words), options: options, isFolder: isFolder) {
            case .help(let command):
                let text =
                    command.map { helpText(of: $0, options: options) } ?? helpText(options: options)
                try Stream.output.write(text)
            case .version:
                try Stream.output.write("pa-new \(paNewVersion)\n")
            case .list(let asJSON):
                try Stream.output.write(asJSON ? listJSON(catalog) : listText(catalog))
            case .completions(let shell):
                try Stream.output.write(shell.completions(options))
            case .man:
                try Stream.output.write(manualPage(options: options))
            case .check(let request, let named, let format, let isStrict):
                let python = try interpreter(named, for: request.folder)
                let products = BuildProducts(of: request.folder, in: catalog)
                let report = try check(request, with: python, products: products)
                let text = try format.write(report, folder: request.folder, source: python.source)
                try Stream.output.write(text)
                let fails = report.count(.error) > 0 || (isStrict && !report.findings.isEmpty)
                return fails ? ExitCode.found : ExitCode.success
            case .visit(let request, let named):
                let python = try interpreter(named, for: request.folder)
                let products = BuildProducts(of: request.folder, in: catalog)
                switch try visit(request, with: python, products: products) {
                case .answered(let isGood):
                    return isGood ? ExitCode.success : ExitCode.found
                case .failed(let report):
                    let text = try ReportFormat.text.write(
                        report,
                        folder: request.folder,
                        source: python.source
                    )
                    try Stream.error.write(text)
                    return ExitCode.found
                }
            case .deploy(let request, let named, let checks):
                return try deploy(request, from: catalog, named: named, checks: checks)
            case .checkTemplate(let folder, let isStrict):
                let findings = try TemplateCheck(TemplateFolder(reading: folder)).findings
                try Stream.output.write(text(of: findings, in: folder))
                let fails = findings.contains { isStrict || $0.severity == .error }
                return fails ? ExitCode.found : ExitCode.success
            case .update(let request, let isQuiet, let asJSON):
                return try update(request, from: catalog, isQuiet: isQuiet, asJSON: asJSON)
            case .create(let request, let mode):
                return try create(request, from: catalog, mode)
            }
            return ExitCode.success
        } catch let error as ArgumentError {
            return fail(error.diagnostic, ExitCode.usage)
        } catch let error as ScaffoldError {
            return fail(error.diagnostic, error.exitCode)
        } catch let error as QuestionsEnded {
            return fail(error.diagnostic, ExitCode.interrupted)
        } catch let error as CheckError {
            return fail(error.diagnostic, ExitCode.cannotLook)
        } catch let error as DeployError {
            return fail(error.diagnostic, error.exitCode)
        } catch let error as OutputError {
            return fail(error.diagnostic, ExitCode.inputOutput)
        } catch {
            return fail(Diagnostic("\(error)"), ExitCode.software)
        }
    }

    /// Finds the Python for a project.
    static func interpreter(
        _ named: String?,
        for folder: String
    ) throws(CheckError) -> PythonInterpreter {
        var environment: [String: String] = [:]
        for name in ["PATH", "VIRTUAL_ENV"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        return try PythonInterpreter.find(named: named, for: folder, environment: environment)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Explains an error on stderr and returns its exit code.
    private static func fail(_ diagnostic: Diagnostic, _ code: Int32) -> Int32 {
        // Where even stderr is closed, the exit code has to do.
        try? Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
        return code
    }
}
