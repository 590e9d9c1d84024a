// The Python versions that the host offers.

/// A Python version that the host's current system image offers.
///
/// The list follows the host's pages "Supported Python versions" and "Changing your system image"
/// for the image *innit*. That image also carries 3.7 and 3.8, with no package installed; both have
/// left support, and the frameworks no longer run on them, so they are not offered here.
public struct PythonVersion: Sendable, Hashable, CustomStringConvertible {
    /// The part after `3.`.
    public let minor: Int

    /// Every version that can be chosen, oldest first.
    public static let offered = (9...13).map(PythonVersion.init(minor:))

    /// The version taken where none is asked for.
    public static let `default` = PythonVersion(minor: 13)

    /// The version as the host writes it, such as `3.13`.
    public var description: String { "3.\(minor)" }

    /// The versions around this one that are offered: what a pipeline tests with, oldest first.
    var around: [PythonVersion] { Self.offered.filter { abs($0.minor - minor) <= 1 } }

    /// Makes the version with the given minor number; the list above decides which are offered.
    private init(minor: Int) {
        self.minor = minor
    }

    /// Checks a version that was typed.
    ///
    /// - Parameter text: The version, such as `3.13`.
    /// - Throws: ``ScaffoldError/unknownPython(_:nearest:)`` where the host does not offer it.
    public init(_ text: String) throws(ScaffoldError) {
        guard let version = Self.offered.first(where: { $0.description == text }) else {
            throw .unknownPython(text, nearest: Self.nearest(to: text))
        }
        self = version
    }

    /// Returns the offered version that is closest by number: `3.14`, `313` and `3.12.4` are near.
    private static func nearest(to text: String) -> PythonVersion {
        let digits = text.drop { !("0"..."9" ~= $0) }.prefix(20)
        let parts = digits.split(separator: ".").map { Int($0) }
        let minor: Int? =
            if parts.count >= 2, parts[0] == 3 {
                parts[1]
            } else if parts.count == 1, digits.hasPrefix("3"), digits.count <= 3 {
                Int(digits.dropFirst())
            } else {
                nil
            }
        guard let minor else { return .default }
        return offered.min { abs($0.minor - minor) < abs($1.minor - minor) } ?? .default
    }
}
