package dev.windlass.wire.devp2p;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The bytes that the messages of all connections of a process take: of frames while they are read,
 * of messages until they are dealt with, and of answers until the operating system has them.
 *
 * <p>A connection asks for room before it holds the bytes. If there is none it waits, and its
 * socket is not read meanwhile. Connections get room in the order in which they asked. Connections
 * that came by themselves get half of the room at most, so that they cannot keep the nodes that the
 * user named waiting.
 *
 * <p>Nothing waits for ever: a frame waits for other frames and for messages, a message for other
 * messages and for answers, an answer only for the other end of its own connection. A frame gets
 * its room in steps, and frames that have a part of theirs would wait for one another. So one frame
 * of the named nodes and one of the others may go beyond the bound until it is whole. The same
 * holds for a message or answer of a kind of connection that holds nothing.
 *
 * <p>Any thread may call it.
 */
public final class MessageBudget {
  /**
   * Less than this is not counted and never waits: questions, announcements of hashes and Pings
   * pass whatever the large messages do.
   */
  static final int FREE_BYTES = 64 << 10;

  private static final int FRAME_PARTS = 1;
  private static final int MESSAGE_PARTS = 2;
  private static final int ANSWER_PARTS = 2;

  /** What bytes are held for. */
  public enum Use {
    /** A frame of which a part has come. */
    FRAME,
    /** A message, unpacked and decoded, that is not dealt with yet. */
    MESSAGE,
    /** An answer of ours, from before it is read from the store until it is sent. */
    ANSWER
  }

  private final Map<Use, Pool> pools = new EnumMap<>(Use.class);

  /**
   * Divides a number of bytes: a fifth is for frames, two fifths each are for messages and answers.
   */
  public MessageBudget(long bytesMax) {
    long part = bytesMax / (FRAME_PARTS + MESSAGE_PARTS + ANSWER_PARTS);
    if (part < 1) {
      throw new IllegalArgumentException("a budget of " + bytesMax + " bytes");
    }
    pools.put(Use.FRAME, new Pool(FRAME_PARTS * part));
    pools.put(Use.MESSAGE, new Pool(MESSAGE_PARTS * part));
    pools.put(Use.ANSWER, new Pool(ANSWER_PARTS * part));
  }

  /** Reserved for nothing yet, which its owner closes. */
  Reserved room(Use use, boolean isUntrusted) {
    return new Reserved(pools.get(use), isUntrusted);
  }

  /** Bytes that are held for a use now. */
  public long bytes(Use use) {
    return pools.get(use).bytes();
  }

  /** Bytes that are held now. */
  public long bytes() {
    return pools.values().stream().mapToLong(Pool::bytes).sum();
  }

  /** How many connections wait for room of this use now. */
  public int waiting(Use use) {
    return pools.get(use).waiting();
  }

  /** Reserved of one frame, message or answer; used by one connection. */
  static final class Reserved implements AutoCloseable {
    private final Pool pool;
    private final boolean isUntrusted;

    /** All of these are guarded by the pool. */
    private long held;

    private long wanted;
    private Runnable onRoom;
    private boolean isClosed;

    private Reserved(Pool pool, boolean isUntrusted) {
      this.pool = pool;
      this.isUntrusted = isUntrusted;
    }

    /**
     * Asks for room for so many bytes in all. One question at a time may be open.
     *
     * @param newOnRoom is run once, on any thread, if the answer is false and there is room later
     * @return whether there is room now
     */
    boolean growTo(long bytes, Runnable newOnRoom) {
      return pool.grow(this, bytes, newOnRoom);
    }

    /** Needs no more than this from now on, or counts what is there already. */
    void resize(long bytes) {
      pool.resize(this, bytes);
    }

    /** Gives everything back; a question that is open is never answered. May be called again. */
    @Override
    public void close() {
      pool.close(this);
    }
  }

  private static final class Pool {
    private final long bytesMax;
    private final List<Reserved> waiting = new ArrayList<>();
    private long bytes;
    private long untrustedBytes;

    /**
     * The one named and the one untrusted peer that may go beyond the bound; null where there is
     * none.
     */
    private Reserved namedAhead;

    private Reserved untrustedAhead;

    Pool(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized int waiting() {
      return waiting.size();
    }

    synchronized boolean grow(Reserved room, long wanted, Runnable onRoom) {
      if (room.onRoom != null) {
        throw new IllegalStateException("room is waited for already");
      }
      if (room.isClosed || wanted <= Math.max(room.held, FREE_BYTES)) {
        return true;
      }
      room.wanted = wanted;
      boolean isFirst = waiting.stream().noneMatch(other -> isBefore(other, room));
      if ((isFirst && fits(room)) || goesAhead(room)) {
        count(room, wanted);
        return true;
      }
      room.onRoom = onRoom;
      waiting.add(room);
      return false;
    }

    /** Whether one that waits keeps another one waiting. */
    private static boolean isBefore(Reserved waiting, Reserved other) {
      return !waiting.isUntrusted || other.isUntrusted;
    }

    private boolean fits(Reserved room) {
      long more = room.wanted - room.held;
      return bytes + more <= bytesMax
          && (!room.isUntrusted || untrustedBytes + more <= bytesMax / 2);
    }

    /** Whether it is the one of its kind that goes beyond the bound, from now on if none was. */
    private boolean goesAhead(Reserved room) {
      Reserved ahead = room.isUntrusted ? untrustedAhead : namedAhead;
      boolean isAlone = room.isUntrusted ? untrustedBytes == 0 : bytes == untrustedBytes;
      if (ahead == null && (room.held > 0 || isAlone)) {
        setAhead(room.isUntrusted, room);
        return true;
      }
      return ahead == room;
    }

    private void setAhead(boolean isUntrusted, Reserved room) {
      if (isUntrusted) {
        untrustedAhead = room;
      } else {
        namedAhead = room;
      }
    }

    private void count(Reserved room, long newHeld) {
      bytes += newHeld - room.held;
      untrustedBytes += room.isUntrusted ? newHeld - room.held : 0;
      room.held = newHeld;
    }

    void resize(Reserved room, long newBytes) {
      run(resizeAndServe(room, newBytes));
    }

    private synchronized List<Runnable> resizeAndServe(Reserved room, long newBytes) {
      if (room.isClosed) {
        return List.of();
      }
      count(room, newBytes <= FREE_BYTES ? 0 : newBytes);
      return serve();
    }

    void close(Reserved room) {
      run(closeAndServe(room));
    }

    private synchronized List<Runnable> closeAndServe(Reserved room) {
      if (room.isClosed) {
        return List.of();
      }
      room.isClosed = true;
      waiting.remove(room);
      room.onRoom = null;
      count(room, 0);
      if (untrustedAhead == room || namedAhead == room) {
        setAhead(room.isUntrusted, null);
      }
      return serve();
    }

    /** Gives room in the order in which it was asked for, until one has to wait. */
    private List<Runnable> serve() {
      List<Runnable> served = new ArrayList<>();
      boolean isNamedKept = false;
      boolean isUntrustedKept = false;
      Iterator<Reserved> oldestFirst = waiting.iterator();
      while (oldestFirst.hasNext()) {
        Reserved room = oldestFirst.next();
        boolean isKept = isNamedKept || (room.isUntrusted && isUntrustedKept);
        if ((!isKept && fits(room)) || goesAhead(room)) {
          oldestFirst.remove();
          count(room, room.wanted);
          served.add(room.onRoom);
          room.onRoom = null;
        } else {
          isUntrustedKept = true;
          isNamedKept |= !room.isUntrusted;
        }
      }
      return served;
    }

    /** Outside of the lock: what is run may ask for more. */
    private static void run(List<Runnable> served) {
      served.forEach(Runnable::run);
    }
  }
}
