/// The texts that ship with the program, embedded in the binary.
package enum Templates {
  /// The `deed.toml` that `deed init` writes.
  package static var configuration: [UInt8] { PackageResources.deed_toml }
}
