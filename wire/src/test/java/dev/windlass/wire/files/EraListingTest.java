package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EraListingTest {
  private static final String ZERO = "mainnet-00000-5ec1ffb8.era1";
  private static final String ONE = "mainnet-00001-a5364e9a.era1";
  private static final String HASH_0 = "0a".repeat(32);
  private static final String HASH_1 = "0b".repeat(32);

  private static List<String> files(Collection<EraName> names) {
    return names.stream().map(EraName::file).toList();
  }

  private static EraName name(String file) {
    return EraName.parse(file).orElseThrow();
  }

  @Test
  void shouldReadWhichBlocksAreInAFileFromItsName() {
    EraName name = name("mainnet-01896-e6ebe562.era1");
    assertEquals("mainnet", name.network());
    assertEquals(15_532_032, name.lowest());
    assertEquals(15_540_223, name.highest());
    assertEquals("my-net.2", name("my-net.2-00003-00000000-noproofs-noreceipts.ere").network());
    for (String other :
        List.of(
            "mainnet-0000-5ec1ffb8.era1",
            "mainnet-00000-5ec1ffb8.era",
            "mainnet-00000-5EC1FFB8.era1",
            "mainnet-00000-5ec1ffb8.era1.part",
            "a/mainnet-00000-5ec1ffb8.era1",
            "../mainnet-00000-5ec1ffb8.era1",
            "-00000-5ec1ffb8.era1",
            "mainnet-00000-5ec1ffb8-noproofs.era1",
            "mainnet-00000-5ec1ffb8.era1?x=1")) {
      assertTrue(EraName.parse(other).isEmpty(), other);
    }
  }

  @Test
  void shouldPreferTheSmallestFileOfAnEra() {
    String all = "mainnet-00000-4bb7de2e.ere";
    String small = "mainnet-00000-4bb7de2e-noproofs-noreceipts.ere";
    List<EraName> sorted =
        List.of(ONE, all, ZERO, small).stream().map(EraListingTest::name).sorted().toList();
    assertEquals(List.of(small, ZERO, all, ONE), files(sorted));
  }

  /** Pages of nginx, Apache, Caddy and an S3 bucket, and some that lead elsewhere. */
  @Test
  void shouldTakeOnlyLinksToFilesOfTheFolder() {
    String folder = "/mirror/era1/";
    Map<String, String> pages =
        Map.of(
            "<a href=\"../\">../</a>\n<a href=\"" + ZERO + "\">" + ZERO + "</a>  12-May 4.1M",
            ZERO,
            "<td><A HREF='" + ZERO + "'>x</A></td>",
            ZERO,
            "<a href=\"./" + ZERO + "\"><span>" + ZERO + "</span></a>",
            ZERO,
            "<a href=" + ZERO + ">x</a>",
            ZERO,
            "<a href=\"/mirror/era1/" + ZERO + "\">x</a>",
            ZERO,
            "<Contents><Key>era1/" + ZERO + "</Key></Contents>",
            ZERO,
            "<Key>other/" + ZERO + "</Key>",
            "",
            "<a href=\"/other/" + ZERO + "\">x</a>",
            "",
            "<a href=\"https://elsewhere.example/" + ZERO + "\">x</a>",
            "",
            "<a href=\"../" + ZERO + "\"><a href=\"%2e%2e/" + ZERO + "\"><a href=\"readme.txt\">",
            "");
    pages.forEach(
        (page, file) ->
            assertEquals(
                file,
                EraListing.ofPage(page, folder).stream()
                    .map(EraName::file)
                    .collect(Collectors.joining(",")),
                page));
  }

  @Test
  void shouldReadChecksumsWithNames() {
    String text =
        HASH_0 + "  " + ZERO + "\n" + HASH_1 + " *./" + ONE + "\n# x\n" + HASH_0 + "  x\n";
    assertEquals(Map.of(name(ZERO), HASH_0, name(ONE), HASH_1), EraListing.ofNamedChecksums(text));
  }

  @Test
  void shouldReadChecksumsWithoutNamesInTheOrderOfTheFiles() {
    String text = HASH_0.toUpperCase(Locale.ROOT) + "\n0x" + HASH_1 + "\n";
    Map<EraName, String> expected = Map.of(name(ZERO), HASH_0, name(ONE), HASH_1);
    assertEquals(expected, EraListing.ofBareChecksums(text, List.of(name(ONE), name(ZERO))));
    EraName other = name("mainnet-00000-4bb7de2e.ere");
    assertEquals(expected, EraListing.ofBareChecksums(text, List.of(name(ONE), name(ZERO), other)));
    assertEquals(Map.of(), EraListing.ofBareChecksums(HASH_0, List.of(name(ONE), name(ZERO))));
  }

  @Test
  void shouldListAFileThatOnlyTheChecksumsName() {
    List<EraFile> files = EraListing.of(List.of(name(ZERO)), Map.of(name(ONE), HASH_1));
    assertEquals(List.of(ZERO, ONE), files(files.stream().map(EraFile::name).toList()));
    assertTrue(files.get(0).sha256().isEmpty());
    assertEquals(HASH_1, files.get(1).sha256().orElseThrow());
  }
}
