// The usual way in Node: check, one insert a message, then emit to the room. MySQL's number is the order.
import { createServer } from "node:http";
import mysql from "mysql2/promise";
import { Server } from "socket.io";

const pool = mysql.createPool({ uri: process.env.DATABASE, connectionLimit: Number(process.env.CONNECTIONS) });
await pool.query(`CREATE TABLE IF NOT EXISTS messages (
  seq BIGINT AUTO_INCREMENT PRIMARY KEY, room VARCHAR(64) NOT NULL, id CHAR(36) NOT NULL UNIQUE,
  nickname VARCHAR(64) NOT NULL, text VARCHAR(500) NOT NULL, at DATETIME(3) NOT NULL, KEY (room, seq)
) CHARACTER SET utf8mb4`);

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
const INSERT = "INSERT INTO messages (room, id, nickname, text, at) VALUES (?, ?, ?, ?, ?)";

io.on("connection", (socket) => {
  const { room, nickname } = socket.handshake.query;
  socket.join(room);
  socket.on("say", async ({ id, text }) => {
    if (typeof id !== "string" || typeof text !== "string" || !text || text.length > 500) return;
    const at = new Date();
    const [kept] = await pool.execute(INSERT, [room, id, nickname, text, at]);
    io.to(room).emit("event", {
      type: "event", kind: "message", seq: kept.insertId, at, message: { id, text, nickname, source: "participant" },
    });
  });
});

http.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
