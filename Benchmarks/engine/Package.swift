// swift-tools-version: 6.1
// A separate package, because the peer is a dependency of this comparison and not of pa-new.
import PackageDescription

let package = Package(
    name: "engine",
    dependencies: [
        .package(name: "pa-new", path: "../.."),
        .package(
            url: "https://github.com/hummingbird-project/swift-mustache",
            exact: "2.1.1"
        ),
    ],
    targets: [
        .executableTarget(
            name: "engine-benchmark",
            dependencies: [
                .product(name: "Mustache", package: "pa-new"),
                .product(
                    name: "Mustache",
                    package: "swift-mustache",
                    moduleAliases: ["Mustache": "SwiftMustache"]
                ),
            ]
        )
    ]
)
