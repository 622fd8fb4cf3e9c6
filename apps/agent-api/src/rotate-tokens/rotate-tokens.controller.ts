import { Body, Controller, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type RotatedTokens, rotatedTokens, type RotateTokensBody, rotateTokensBody } from '#contract';
import { Allow, Answers, LimitedByAddress } from '#http-kit';
import { NO_SESSION } from '../agent-stream.js';
import { RotateTokens } from './rotate-tokens.js';

@Controller('agent/v1/tokens')
export class RotateTokensController {
  constructor(private readonly tokens: RotateTokens) {}

  @Post()
  @Allow('public')
  @LimitedByAddress('tokens')
  @Answers({
    status: 200,
    does: 'Changes a refresh token for a new pair of tokens; one that was used before signs the session out.',
    schema: rotatedTokens,
    refuses: { ...NO_SESSION, 422: ['invalid-body'] },
  })
  rotate(@Body({ schema: rotateTokensBody }) body: RotateTokensBody, @Req() { socket }: FastifyRequest): Promise<RotatedTokens> {
    return this.tokens.rotate(body.refreshToken, () => socket.destroyed || socket.readableEnded);
  }
}
