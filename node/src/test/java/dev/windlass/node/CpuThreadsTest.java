package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void shouldRunEachPartOnce(int count) {
    try (CpuThreads threads = CpuThreads.of(count)) {
      for (int parts : new int[] {0, 1, 2, 1000}) {
        int[] runs = new int[parts];
        threads.run(parts, i -> runs[i]++);
        int[] once = new int[parts];
        Arrays.fill(once, 1);
        assertArrayEquals(once, runs);
      }
    }
  }

  /** Each part waits until as many run at once. */
  @Test
  void shouldRunAsManyPartsAtOnceAsThereAreThreads() {
    try (CpuThreads threads = CpuThreads.of(3)) {
      Set<Thread> seen = ConcurrentHashMap.newKeySet();
      CountDownLatch all = new CountDownLatch(3);
      threads.run(
          3,
          i -> {
            seen.add(Thread.currentThread());
            all.countDown();
            try {
              all.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertEquals(3, seen.size());
      assertTrue(seen.contains(Thread.currentThread()));
    }
  }

  @Test
  void shouldThrowWhatAPartThrowsAndRunNoFurtherPart() {
    try (CpuThreads threads = CpuThreads.of(1)) {
      AtomicInteger runs = new AtomicInteger();
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  threads.run(
                      1000,
                      i -> {
                        runs.incrementAndGet();
                        throw new IllegalStateException("part " + i);
                      }));
      assertEquals("part 0", thrown.getMessage());
      assertEquals(1, runs.get());
    }
  }

  @Test
  void shouldThrowWhatAPartOfAnotherThreadThrows() {
    try (CpuThreads threads = CpuThreads.of(2)) {
      Thread caller = Thread.currentThread();
      CountDownLatch failed = new CountDownLatch(1);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              threads.run(
                  2,
                  i -> {
                    if (Thread.currentThread() != caller) {
                      failed.countDown();
                      throw new IllegalArgumentException("part " + i);
                    }
                    try {
                      failed.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
  }
}
