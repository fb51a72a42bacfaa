package dev.windlass.wire.devp2p;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The bytes that the messages of all connections of a process may hold. It counts frames while they
 * are read, messages until they are handled, and answers until the operating system has them.
 *
 * <p>A connection reserves bytes before it holds them. If there are none left, it waits, and its
 * socket is not read meanwhile. Connections get bytes in the order in which they asked. Untrusted
 * connections get at most half of the bytes, so that nodes that the user named do not wait for
 * them.
 *
 * <p>There is no deadlock. A frame waits for other frames and for messages. A message waits for
 * other messages and for answers. An answer waits only for the other end of its own connection. A
 * frame reserves its bytes in steps, so frames that have only some of their bytes could wait for
 * each other. Therefore one frame of the named nodes and one of the untrusted nodes may exceed the
 * bound until it is whole. The same holds for a message or answer if its kind of connection, named
 * or untrusted, holds no bytes.
 *
 * <p>Any thread may call it.
 */
public final class MessageBudget {
  /**
   * A smaller message is not counted and never waits. So questions, announcements of hashes and
   * Pings never wait for large messages.
   */
  static final int FREE_BYTES = 64 << 10;

  private static final int FRAME_PARTS = 1;
  private static final int MESSAGE_PARTS = 2;
  private static final int ANSWER_PARTS = 2;

  /** What bytes are reserved for. */
  public enum Use {
    /** A frame that has come in part. */
    FRAME,
    /** A message that is unpacked and decoded, but not handled yet. */
    MESSAGE,
    /** An answer of this node, from before it is read from the store until it is sent. */
    ANSWER
  }

  private final Map<Use, Pool> pools = new EnumMap<>(Use.class);

  /** Divides the bytes: a fifth for frames, and two fifths each for messages and answers. */
  public MessageBudget(long bytesMax) {
    long part = bytesMax / (FRAME_PARTS + MESSAGE_PARTS + ANSWER_PARTS);
    if (part < 1) {
      throw new IllegalArgumentException("a budget of " + bytesMax + " bytes");
    }
    pools.put(Use.FRAME, new Pool(FRAME_PARTS * part));
    pools.put(Use.MESSAGE, new Pool(MESSAGE_PARTS * part));
    pools.put(Use.ANSWER, new Pool(ANSWER_PARTS * part));
  }

  /** A reservation of no bytes yet. Its owner must close it. */
  Reserved room(Use use, boolean isUntrusted) {
    return new Reserved(pools.get(use), isUntrusted);
  }

  /** Bytes that are reserved for a use now. */
  public long bytes(Use use) {
    return pools.get(use).bytes();
  }

  /** Bytes that are reserved now. */
  public long bytes() {
    return pools.values().stream().mapToLong(Pool::bytes).sum();
  }

  /** How many connections wait for bytes of this use now. */
  public int waiting(Use use) {
    return pools.get(use).waiting();
  }

  /** The bytes reserved for one frame, message or answer of one connection. */
  static final class Reserved implements AutoCloseable {
    private final Pool pool;
    private final boolean isUntrusted;

    /** The pool guards all of these fields. */
    private long held;

    private long wanted;
    private Runnable onRoom;
    private boolean isClosed;

    private Reserved(Pool pool, boolean isUntrusted) {
      this.pool = pool;
      this.isUntrusted = isUntrusted;
    }

    /**
     * Reserves so many bytes in total. Only one call may wait at a time.
     *
     * @param newOnRoom is run once, on any thread, when the bytes are reserved after this returned
     *     false
     * @return whether the bytes are reserved now
     */
    boolean growTo(long bytes, Runnable newOnRoom) {
      return pool.grow(this, bytes, newOnRoom);
    }

    /** Sets the reserved bytes without waiting, to fewer or to those that are held already. */
    void resize(long bytes) {
      pool.resize(this, bytes);
    }

    /** Gives all bytes back. A waiting call is dropped. May be called again. */
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
     * The one reservation of named peers and the one of untrusted peers that may exceed the bound.
     * Null if there is none.
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
        throw new IllegalStateException("another call already waits for bytes");
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

    /** Whether a waiting reservation comes before another one. */
    private static boolean isBefore(Reserved waiting, Reserved other) {
      return !waiting.isUntrusted || other.isUntrusted;
    }

    private boolean fits(Reserved room) {
      long more = room.wanted - room.held;
      return bytes + more <= bytesMax
          && (!room.isUntrusted || untrustedBytes + more <= bytesMax / 2);
    }

    /**
     * Whether it is the one of its kind that may exceed the bound. It becomes so if there is none.
     */
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

    /** Reserves bytes in the order in which they were asked for, until one has to wait. */
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

    /** Outside of the lock, since a callback may reserve more. */
    private static void run(List<Runnable> served) {
      served.forEach(Runnable::run);
    }
  }
}
