"""Both ends of RFC 6455 over a socket of the standard library: texts, binary frames, pings. No extensions."""
import base64
import hashlib
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
MESSAGE_BYTES_MAX = 16 * 2**20


class Closed(Exception):
    """The other side has closed, with this code and reason."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


def accept_of(key):
    """What a server answers to a client's key."""
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()


def connect(host, port, path):
    """Opens a connection as a client."""
    connection = socket.create_connection((host, port), timeout=60)
    file = connection.makefile("rb")
    key = base64.b64encode(os.urandom(16)).decode()
    name = f"[{host}]" if ":" in host else host
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    status = file.readline().decode()
    headers = {}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if " 101 " not in status or headers.get("sec-websocket-accept") != accept_of(key):
        raise ConnectionError(f"Cannot open a WebSocket at {path}: {status.strip()}")
    return WebSocket(connection, file, masks=True)


class WebSocket:
    """An open connection; a client masks what it sends, a server does not."""

    def __init__(self, connection, file, masks):
        self.socket, self.file, self.masks = connection, file, masks
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message):
        if isinstance(message, str):
            self._send(TEXT, message.encode())
        else:
            self._send(BINARY, message)

    def _send(self, opcode, payload):
        length, bit = len(payload), 0x80 if self.masks else 0
        header = struct.pack("!B", 0x80 | opcode)
        if length < 126:
            header += struct.pack("!B", bit | length)
        elif length < 2**16:
            header += struct.pack("!BH", bit | 126, length)
        else:
            header += struct.pack("!BQ", bit | 127, length)
        if self.masks:
            mask = os.urandom(4)
            header, payload = header + mask, masked(payload, mask)
        self.socket.sendall(header + payload)

    def receive(self):
        """The next text (str) or binary frame (bytes)."""
        parts, kind = [], None
        while True:
            final, opcode, payload = self._frame()
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                self._send(CLOSE, payload[:2])
                self.socket.close()
                code = int.from_bytes(payload[:2], "big") if payload else 1005
                raise Closed(code, payload[2:].decode())
            elif opcode != PONG:
                kind = opcode or kind
                parts.append(payload)
                if sum(map(len, parts)) > MESSAGE_BYTES_MAX:
                    raise ConnectionError("The other side sent a message that is too long")
                if final:
                    message = b"".join(parts)
                    return message.decode() if kind == TEXT else message

    def _frame(self):
        first, second = self._read(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        if length > MESSAGE_BYTES_MAX:
            raise ConnectionError("The other side sent a frame that is too long")
        mask = self._read(4) if second & 0x80 else bytes(4)
        return first & 0x80, first & 15, masked(self._read(length), mask)

    def _read(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise Closed(1006, "the connection broke")
        return data

    def close(self, code, reason):
        self._send(CLOSE, struct.pack("!H", code) + reason.encode())
        try:
            while True:
                self.receive()
        except (Closed, OSError):
            self.socket.close()


def masked(payload, mask):
    """Each byte xor that of the mask."""
    length = len(payload)
    pattern = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return (int.from_bytes(payload, "big") ^ pattern).to_bytes(length, "big")
