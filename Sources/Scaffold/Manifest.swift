// What a framework's folder says of itself, in its manifest.json.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a framework's folder says of itself.
///
/// `docs/architecture.md` lists the keys for those who write one. A key that is not listed there is
/// an error, so that a misspelt one cannot go unnoticed.
public struct Manifest: Sendable, Hashable {
    /// The framework's name as people write it: `Tornado`.
    public let title: String
    /// One line for `pa-new list`.
    public let summary: String
    /// What the generated project answers to `GET /`.
    public let greeting: String
    /// The import names that the framework brings, which no project can have.
    public let modules: [String]
    /// Whether this is the framework taken where none is asked for.
    public let isDefault: Bool
}

extension Manifest: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case title, summary, greeting, modules
        case isDefault = "default"
    }

    /// A key as it stands in the file, whatever it is.
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Decodes a manifest, all of it.
    ///
    /// - Parameter decoder: The decoder of a JSON object.
    /// - Throws: `DecodingError` where a key is missing, unknown or of the wrong type.
    public init(from decoder: any Decoder) throws {
        let known = Key.allCases.map(\.rawValue)
        let keys = try decoder.container(keyedBy: AnyKey.self).allKeys
        if let stranger = keys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
            let hint = nearest(to: stranger, in: known).map { ", did you mean '\($0)'?" } ?? ""
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "unknown key '\(stranger)'\(hint)")
            )
        }
        let container = try decoder.container(keyedBy: Key.self)
        title = try container.decode(String.self, forKey: .title)
        summary = try container.decode(String.self, forKey: .summary)
        greeting = try container.decode(String.self, forKey: .greeting)
        modules = try container.decodeIfPresent([String].self, forKey: .modules) ?? []
        isDefault = try container.decodeIfPresent(Bool.self, forKey: .isDefault) ?? false
    }

    /// The name of the file in a framework's folder.
    static let fileName = "manifest.json"

    /// Decodes the manifest in a file.
    ///
    /// - Parameter file: A framework's `manifest.json`.
    /// - Returns: The manifest.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)`` with what is wrong in it.
    static func read(_ file: TemplateFile) throws(ScaffoldError) -> Manifest {
        do {
            return try JSONDecoder().decode(Manifest.self, from: Data(file.contents.bytes))
        } catch {
            throw .badManifest(path: file.path, reason: reason(of: error))
        }
    }

    /// Returns what a decoder has to say, in words.
    private static func reason(of error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
                .joined(separator: ".")
        }
        return switch error as? DecodingError {
        case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
        case .typeMismatch(let type, let context): "'\(place(context))' has to be \(type)"
        case .valueNotFound(let type, let context):
            "'\(place(context))' has to be \(type), not null"
        case .dataCorrupted(let context): context.debugDescription
        default: "\(error)"
        }
    }
}
