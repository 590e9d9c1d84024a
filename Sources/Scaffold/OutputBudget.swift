// How much a project may have: a small template can say very much.

import Mustache
import ProjectFiles

/// What the files of a project may still need.
struct OutputBudget {
    /// The maximum size of all files together, in bytes, if nothing else is said.
    static let defaultBytes = 2 << 30
    /// How much larger than its template the result of rendering may be, if nothing else is said.
    private static let factor = 100
    /// What even the smallest template may render, in bytes.
    private static let leastRendered = 16 << 20
    /// The maximum size of all paths together, in bytes.
    private static let maxPaths = 32 << 20

    private let maxBytes: Int
    private let maxRendered: Int
    private let maxExpansions = Mustache.Limits().expansions
    private let maxLookups = Mustache.Limits().lookups
    private var bytes = 0
    private var rendered = 0
    private var expansions = 0
    private var lookups = 0
    private var paths = 0

    /// Creates the budget of a project.
    ///
    /// - Parameters:
    ///   - framework: Its template.
    ///   - maxOutput: The maximum size of all files that the user gave; nil for the default limits.
    init(for framework: Framework, maxOutput: Int?) {
        maxBytes = maxOutput ?? Self.defaultBytes
        let size = (framework.files + framework.partials).reduce(0) { $0 + $1.contents.count }
        maxRendered = maxOutput ?? max(size * Self.factor, Self.leastRendered)
    }

    /// How many bytes other files may have.
    var left: Int { maxBytes - bytes }

    /// Counts a file that is not rendered.
    mutating func add(_ count: Int, of template: String) throws(ScaffoldError) {
        bytes += count
        if bytes > maxBytes { throw .tooMuchOutput(template: template, .all(most: maxBytes)) }
    }

    /// Renders the path of a file.
    ///
    /// - Parameters:
    ///   - template: The path of the template.
    ///   - render: Renders it, and takes what it needs from the limits.
    /// - Returns: The path; it is not checked.
    /// - Throws: ``ScaffoldError/badPath(template:path:reason:)`` if it is much too long,
    ///   ``ScaffoldError/tooMuchOutput(template:_:)``, or the error of `render`.
    mutating func renderPath(
        _ template: String,
        _ render: (inout Mustache.Limits) throws(ScaffoldError) -> [UInt8]
    ) throws(ScaffoldError) -> [UInt8] {
        // Long enough to be shown in an error.
        var limits = Mustache.Limits(outputBytes: 4 * maxPathBytes)
        let path: [UInt8]
        do throws(ScaffoldError) {
            path = try render(&limits)
        } catch .badTemplate(let failure) {
            guard case .outputTooLarge = failure.kind else { throw .badTemplate(failure) }
            throw .badPath(template: template, path: template, reason: .pathTooLong)
        }
        paths += path.count
        if paths > Self.maxPaths {
            throw .tooMuchOutput(template: template, .paths(most: Self.maxPaths))
        }
        return path
    }

    /// Renders a template with what is left.
    ///
    /// - Parameters:
    ///   - template: The path of the template.
    ///   - render: Renders it, and takes what it needs from the limits.
    /// - Returns: The contents of the file.
    /// - Throws: ``ScaffoldError/tooMuchOutput(template:_:)``, or the error of `render`.
    mutating func render(
        _ template: String,
        _ render: (inout Mustache.Limits) throws(ScaffoldError) -> [UInt8]
    ) throws(ScaffoldError) -> [UInt8] {
        let ofOne = Mustache.Limits()
        let left = min(maxBytes - bytes, maxRendered - rendered)
        var limits = ofOne
        limits.outputBytes = min(ofOne.outputBytes, left)
        limits.expansions = maxExpansions - expansions
        limits.lookups = maxLookups - lookups
        let contents: [UInt8]
        do throws(ScaffoldError) {
            contents = try render(&limits)
        } catch .badTemplate(let failure) {
            switch failure.kind {
            case .tooManyExpansions where expansions > 0:
                throw .tooMuchOutput(template: template, .expansions(most: maxExpansions))
            case .tooManyLookups where lookups > 0:
                throw .tooMuchOutput(template: template, .lookups(most: maxLookups))
            case .outputTooLarge where left < ofOne.outputBytes:
                let isRendered = maxRendered - rendered < maxBytes - bytes
                throw .tooMuchOutput(
                    template: template,
                    isRendered ? .rendered(most: maxRendered) : .all(most: maxBytes)
                )
            default: throw .badTemplate(failure)
            }
        }
        bytes += contents.count
        rendered += contents.count
        expansions = maxExpansions - limits.expansions
        lookups = maxLookups - limits.lookups
        return contents
    }
}

/// What of a project is too much, with its limit.
public enum OutputProblem: Sendable, Hashable {
    /// All files together.
    case all(most: Int)
    /// The files that are rendered.
    case rendered(most: Int)
    /// The sections and partials of all templates.
    case expansions(most: Int)
    /// The names that all templates look up.
    case lookups(most: Int)
    /// The paths of all files.
    case paths(most: Int)
    /// The commands, steps and paths of the manifest.
    case manifest(most: Int)
}
