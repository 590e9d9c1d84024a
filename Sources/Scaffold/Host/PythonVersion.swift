// The Python versions that PythonAnywhere offers.

/// A Python version that PythonAnywhere's current system image offers.
///
/// The list follows the pages "Supported Python versions" and "Changing your system image"
/// for the image *innit*. That image also has 3.7 and 3.8, without packages. Both are no longer
/// supported, and the frameworks do not run on them, so they are not offered here.
public struct PythonVersion: Sendable, Hashable, CustomStringConvertible {
    /// The part after `3.`.
    public let minor: Int

    /// Every version that can be chosen, oldest first.
    public static let offered = (9...13).map(PythonVersion.init(minor:))

    /// The default version.
    public static let `default` = PythonVersion(minor: 13)

    /// The version as PythonAnywhere writes it, such as `3.13`.
    public var description: String { "3.\(minor)" }

    /// The offered versions next to this one and itself, oldest first: a pipeline tests with them.
    var around: [PythonVersion] { Self.offered.filter { abs($0.minor - minor) <= 1 } }

    /// Creates the version with the given minor number; the list above decides which are offered.
    private init(minor: Int) {
        self.minor = minor
    }

    /// Checks a version that the user typed.
    ///
    /// - Parameter text: The version, such as `3.13`.
    /// - Throws: ``ScaffoldError/unknownPython(_:nearest:)`` if PythonAnywhere does not offer it.
    public init(_ text: String) throws(ScaffoldError) {
        guard let version = Self.offered.first(where: { $0.description == text }) else {
            throw .unknownPython(text, nearest: Self.nearest(to: text))
        }
        self = version
    }

    /// Returns the offered version with the closest number: for `3.14`, `313` and `3.12.4`, too.
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
