// The entry point of the program: takes the arguments, returns the exit code.

import HostTools
import ProjectFiles
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
        // Make a file size limit an ordinary error, so that pa-new can remove the staging folder.
        signal(SIGXFSZ, SIG_IGN)
        hideSecret()
        giveMemoryBack()
        let words = UnsafeBufferPointer(
            start: CommandLine.unsafeArgv,
            count: Int(CommandLine.argc)
        )
        exit(run(words.dropFirst().compactMap(\.self)))
    }

    /// Runs the command that the arguments ask for.
    ///
    /// - Parameter words: The arguments after the program's name.
    /// - Returns: The exit code.
    static func run(_ words: [UnsafeMutablePointer<CChar>]) -> Int32 {
        do {
            // Scripts ask for the version often, and it needs neither the templates nor the options.
            if words.count == 1, String(validatingCString: words[0]) == Option.Name.version.long {
                try Stream.output.write("pa-new \(paNewVersion)\n")
                return ExitCode.success
            }
            let catalog = try Catalog.embedded()
            let options = OptionTable(usual: Option.usual(catalog), all: Option.all(catalog))
            switch try parse(texts(words), options: options, isFolder: isFolder) {
            case .help(let command):
                let text =
                    command.map { helpText(of: $0, options: options.all) }
                    ?? helpText(options: options.all)
                try Stream.output.write(text)
            case .version:
                try Stream.output.write("pa-new \(paNewVersion)\n")
            case .list(let path?, let asJSON):
                let template = try Framework.own(at: path)
                try Stream.output.write(asJSON ? listJSON(of: template) : listText(of: template))
            case .list(nil, let asJSON):
                try Stream.output.write(asJSON ? listJSON(catalog) : listText(catalog))
            case .completions(let shell):
                try Stream.output.write(shell.completions(options.all))
            case .man:
                try Stream.output.write(manualPage(options: options.all))
            case .check(let request, let named, let format, let isStrict):
                return try check(request, from: catalog, named, format, isStrict: isStrict)
            case .adopt(let request, let mode):
                return try adopt(request, from: catalog, mode)
            case .visit(let request, let named):
                return try visit(request, from: catalog, named)
            case .preview(let request, let named):
                return try preview(request, from: catalog, named)
            case .deploy(let request, let named, let checks):
                return try deploy(request, from: catalog, named, checks: checks)
            case .pack(let request, let named):
                return try pack(request, from: catalog, named)
            case .logs(let request, let named):
                return try logs(request, from: catalog, named)
            case .checkTemplate(let folder, let isStrict):
                return try checkTemplate(folder, isStrict: isStrict)
            case .update(let request, let isQuiet, let asJSON):
                return try update(request, from: catalog, isQuiet: isQuiet, asJSON: asJSON)
            case .restore(let request, let isQuiet):
                return try restore(request, isQuiet: isQuiet)
            case .add(let request, let asJSON):
                return try add(request, from: catalog, asJSON: asJSON)
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
        } catch let error as PythonError {
            return fail(error.diagnostic, ExitCode.cannotCheck)
        } catch CheckError.interrupted {
            return fail(CheckError.interrupted.diagnostic, ExitCode.interrupted)
        } catch let error as CheckError {
            return fail(error.diagnostic, ExitCode.cannotCheck)
        } catch let error as AdoptError {
            return fail(error.diagnostic, error.exitCode)
        } catch let error as DeployError {
            return fail(error.diagnostic, error.exitCode)
        } catch let error as OutputError {
            return fail(error.diagnostic, ExitCode.inputOutput)
        } catch {
            return fail(Diagnostic("\(error)"), ExitCode.software)
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Prints an error on stderr and returns its exit code.
    private static func fail(_ diagnostic: Diagnostic, _ code: Int32) -> Int32 {
        // Ignore errors: if stderr is closed, the exit code is all that pa-new can give.
        try? Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
        return code
    }
}
