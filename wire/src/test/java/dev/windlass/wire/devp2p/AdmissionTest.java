package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Optional<String> TAKEN = Optional.empty();

  private final Admission admission = new Admission(new InboundLimits(6, 2, 30_000, true));

  @Test
  void shouldTakeAnAddressAgainAfterAWhile() {
    assertEquals(TAKEN, admission.enter("8.8.8.8", 0));
    Optional<String> tooSoon = Optional.of("the address connected less than 30000 ms ago");
    assertEquals(tooSoon, admission.enter("8.8.8.8", 29 * SECOND));
    assertEquals(TAKEN, admission.enter("8.8.4.4", 29 * SECOND));
    assertEquals(TAKEN, admission.enter("8.8.8.8", 30 * SECOND));
  }

  @Test
  void shouldNotCountWhoWasRefusedAsHavingCome() {
    admission.enter("8.8.8.8", 0);
    admission.enter("8.8.8.8", 20 * SECOND);
    assertEquals(TAKEN, admission.enter("8.8.8.8", 31 * SECOND));
  }

  @Test
  void shouldTakeSoManyOfOneAddressAtOnce() {
    admission.enter("8.8.8.8", 0);
    admission.enter("8.8.8.8", 40 * SECOND);
    assertEquals(
        Optional.of("2 are connected from this address already"),
        admission.enter("8.8.8.8", 80 * SECOND));
    admission.leave("8.8.8.8");
    assertEquals(TAKEN, admission.enter("8.8.8.8", 80 * SECOND));
  }

  @Test
  void shouldTakeTheNetworkOfAHostForItsAddress() {
    admission.enter("2001:db8:1:2::1", 0);
    assertEquals(
        Optional.of("the address connected less than 30000 ms ago"),
        admission.enter("2001:db8:1:2:ffff::9", 0));
    assertEquals(TAKEN, admission.enter("2001:db8:1:3::1", 0));
  }

  @Test
  void shouldBindLocalAddressesByTheTotalOnly() {
    String[] local = {"127.0.0.1", "127.0.0.1", "127.0.0.1", "10.0.0.2", "192.168.1.1", "fd00::1"};
    for (String host : local) {
      assertEquals(TAKEN, admission.enter(host, 0), host);
    }
    assertEquals(Optional.of("6 are connected already"), admission.enter("::1", 0));
    admission.leave("127.0.0.1");
    assertEquals(TAKEN, admission.enter("::1", 0));
  }

  @Test
  void shouldForgetTheOldestOfManyAddresses() {
    for (int i = 0; i < 70_000; i++) {
      String host = "9." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
      assertEquals(TAKEN, admission.enter(host, i));
      admission.leave(host);
    }
    assertEquals(TAKEN, admission.enter("9.0.0.0", 70_000));
  }
}
