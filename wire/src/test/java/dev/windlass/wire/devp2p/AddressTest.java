package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "localhost, localhost:80",
    "::1, [::1]:80",
    "[::1], [::1]:80",
    "fe80::1%eth0, [fe80::1%eth0]:80"
  })
  void shouldPutIpv6IntoBrackets(String host, String written) {
    assertEquals(written, Address.of(host, 80));
  }

  @Test
  void shouldTellAnAddressThatCanBeReached() {
    assertEquals("10.0.0.7", Address.told("10.0.0.7"));
    assertNotEquals("0.0.0.0", Address.told("0.0.0.0"));
    assertNotEquals("::", Address.told("::"));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.1", "::, ::1", "[::], ::1", "10.0.0.7, 10.0.0.7"})
  void shouldReachOnThisMachineWhatListensEverywhere(String host, String reached) {
    assertEquals(reached, Address.reached(host));
  }
}
